#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/stylize/fine_style.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "support/catch.hpp"
#include "support/failing_allocator.hpp"
#include "support/stylized.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"
#include "support/tiny_network.hpp"

using namespace styler;
using support::TinyNetwork;

namespace {

/// The tiny network on a machine on which nothing larger than `most_pixels` can be gone back, and from the evaluation
/// `poor_from` on at that: as if another program had taken the memory.
class PoorNetwork final : public FeatureExtractor {
 public:
  PoorNetwork(int64_t most_pixels, int poor_from) : most_pixels_(most_pixels), poor_from_(poor_from) {}

  const std::vector<Layer>& layers() const override { return network_.layers(); }
  int64_t min_edge() const override { return network_.min_edge(); }
  void release_memory() const override { ++released_; }
  FeaturePass run(const at::Tensor& input, BlockRange blocks, WayBack way_back) const override {
    if (way_back == WayBack::Kept && passes_++ >= poor_from_ && input.size(2) * input.size(3) > most_pixels_) {
      throw std::bad_alloc();
    }
    return network_.run(input, blocks, way_back);
  }
  bool was_asked_to_release() const { return released_ > 0; }

 private:
  TinyNetwork network_;
  int64_t most_pixels_;
  int poor_from_;
  mutable int passes_ = 0;
  mutable int released_ = 0;
};

/// The tiny network on a machine whose memory is gone from one way back on until somebody gives up history: until the
/// smallest tiles have failed too.
class StrickenNetwork final : public FeatureExtractor {
 public:
  explicit StrickenNetwork(int first) : first_(first) {}

  const std::vector<Layer>& layers() const override { return network_.layers(); }
  int64_t min_edge() const override { return network_.min_edge(); }
  /// Called for every smaller plan. Two times in a row without a pass between them: the last was for the history.
  void release_memory() const override { is_stricken_ = is_stricken_ && !std::exchange(was_released_, true); }
  FeaturePass run(const at::Tensor& input, BlockRange blocks, WayBack way_back) const override {
    was_released_ = false;
    if (way_back == WayBack::Kept && passes_++ == first_) is_stricken_ = true;
    if (is_stricken_) throw std::bad_alloc();
    return network_.run(input, blocks, way_back);
  }

 private:
  TinyNetwork network_;
  int first_;
  mutable int passes_ = 0;
  mutable bool is_stricken_ = false;
  mutable bool was_released_ = false;
};

class PlanRecorder final : public Observer {
 public:
  void on_scale(const ScaleEvent& event) override { plans.push_back(event.plan); }
  Control on_iteration(const IterationEvent& event) override {
    losses.push_back(event.loss.total);
    finest_in_state.push_back(event.state().plans.back());
    return Control::Continue;
  }
  void on_warning(const std::string& sentence) override { warnings.push_back(sentence); }

  std::vector<MemoryPlan> plans;            ///< As each scale began.
  std::vector<MemoryPlan> finest_in_state;  ///< One per evaluation.
  std::vector<double> losses;
  std::vector<std::string> warnings;
};

StylizeInput input() {
  StylizeInput result;
  result.content.colour = support::picture({300, 310}, 1);
  result.styles = {{{support::picture({64, 64}, 7), {}}}};
  return result;
}

StylizeOptions options() {
  StylizeOptions result;
  result.objective = TinyNetwork::objective_options();
  result.schedule = {0, 1, 8};
  result.schedule.coarse_style = 1;
  return result;
}

/// Lets requests fail from when the second scale begins until it ends.
class MemoryThief final : public Observer {
 public:
  MemoryThief(support::FailingAllocator& allocator, int first, int end)
      : allocator_(allocator), first_(first), end_(end) {}
  void on_scale(const ScaleEvent& event) override {
    if (event.index == 1) allocator_.fail(first_, end_);
  }
  void on_scale_end(const ScaleEvent& event, const Summary& summary) override {
    if (event.index == 1) allocator_.stop_failing();
    requests = allocator_.requests();
    endings.push_back(summary.termination);
  }
  void on_warning(const std::string& sentence) override { warnings.push_back(sentence); }

  int requests = 0;  ///< In the second scale.
  std::vector<Termination> endings;
  std::vector<std::string> warnings;

 private:
  support::FailingAllocator& allocator_;
  int first_, end_;
};

/// Two scales, neither large enough for tiles.
StylizeInput guarded_input() {
  StylizeInput result;
  result.content.colour = support::picture({48, 56}, 1);
  result.styles = {{{support::picture({40, 40}, 7), {}}}};
  return result;
}

StylizeOptions two_scales() {
  StylizeOptions result = options();
  result.schedule.scales = 2;
  result.schedule.iterations = 6;
  return result;
}

constexpr int64_t kTilePixels = 270 * 270;

}  // namespace

TEST_CASE("A run that memory runs out for goes on in tiles, to the same picture", "[memory_guard]") {
  const int poor_from = GENERATE(0, 5);
  MemoryBudget budget;
  budget.fixed_bytes = GENERATE(0, 1'000'000'000);  // next to which the run's own share is small
  PlanRecorder rich, poor;
  const StylizeResult expected = support::stylized(TinyNetwork(), input(), options(), rich);
  const PoorNetwork network(kTilePixels, poor_from);
  const StylizeResult result = support::stylized(network, input(), options(), poor, budget);

  CHECK(rich.warnings.empty());
  REQUIRE(!poor.warnings.empty());
  CHECK_THAT(poor.warnings.front(), support::contains("tiles"));
  CHECK(network.was_asked_to_release());
  REQUIRE(poor.losses.size() == rich.losses.size());
  for (size_t i = 0; i < rich.losses.size(); ++i)
    CHECK(poor.losses[i] == support::Approx(rich.losses[i]).epsilon(1e-2));
  CHECK(support::relative_error(result.picture.colour, expected.picture.colour) < 1e-2);
}

TEST_CASE("When tiles don't help, a run goes on from its last good iterate with less history", "[memory_guard]") {
  PlanRecorder recorder;
  const StrickenNetwork network(/*first=*/4);
  const StylizeResult result = support::stylized(network, input(), options(), recorder);
  REQUIRE(!recorder.warnings.empty());
  CHECK_THAT(recorder.warnings.back(), support::contains("history"));
  CHECK(recorder.losses.size() == 8);
  CHECK(result.scales.back().summary.final_loss < recorder.losses[2]);
}

TEST_CASE("When no plan is small enough any more, the best picture so far is what the run ends with",
          "[memory_guard]") {
  PlanRecorder recorder;
  const PoorNetwork network(/*most_pixels=*/10, /*poor_from=*/5);
  const StylizeResult result = support::stylized(network, input(), options(), recorder);
  CHECK(result.stopped);
  CHECK(result.scales.back().summary.termination == Termination::OutOfMemory);
  CHECK(recorder.losses.size() == 5);
  CHECK(!at::equal(result.picture.colour, input().content.colour));
}

TEST_CASE("When nothing fits from the start the run ends with an error of memory", "[memory_guard]") {
  PlanRecorder recorder;
  const PoorNetwork network(/*most_pixels=*/10, /*poor_from=*/0);
  std::optional<ErrorCode> code;
  try {
    support::stylized(network, input(), options(), recorder);
  } catch (const Error& error) {
    code = error.code();
  }
  CHECK(code == ErrorCode::Memory);
}

TEST_CASE("Wherever memory runs out in a finer scale, the run ends with a whole picture", "[memory_guard]") {
  const StylizeInput pictures = guarded_input();
  StylizeOptions settings = two_scales();
  if (GENERATE(false, true)) {  // both of them of the same size
    settings.schedule.scales = 1;
    settings.schedule.coarse_style = 0.1;
  }
  support::FailingAllocator allocator(size_t{4} * 48 * 56);
  MemoryThief honest(allocator, 1 << 30, 1 << 30);
  support::stylized(TinyNetwork(), pictures, settings, honest);
  const int requests = honest.requests;
  REQUIRE(honest.warnings.empty());
  REQUIRE(requests > 100);

  const bool once = GENERATE(true, false);
  int ended_early = 0;
  // The scale's preparation one by one, and its iterations, which are all alike, here and there.
  for (int first = 0; first < requests; first += first < 60 ? 1 : 17) {
    INFO("request " << first << " of " << requests);
    MemoryThief thief(allocator, first, once ? first + 1 : 1 << 30);
    const StylizeResult result = support::stylized(TinyNetwork(), pictures, settings, thief);
    allocator.stop_failing();
    CHECK(result.picture.colour.sizes() == pictures.content.colour.sizes());
    CHECK(support::relative_error(result.picture.colour, pictures.content.colour) > 1e-3);
    CHECK(!thief.warnings.empty());
    REQUIRE(thief.endings.size() == 2);
    CHECK(result.scales.size() == 2);
    const bool is_out_of_memory = thief.endings.back() == Termination::OutOfMemory;
    CHECK(result.stopped == is_out_of_memory);
    CHECK((result.saved_loss.total == 0) == is_out_of_memory);
    ended_early += is_out_of_memory ? 1 : 0;
  }
  CHECK(ended_early > 0);
}

TEST_CASE("Memory that runs out for the loss of the finished picture costs no more than that", "[memory_guard]") {
  /// From the end of the last scale on.
  class LateThief final : public Observer {
   public:
    explicit LateThief(support::FailingAllocator& allocator) : allocator_(allocator) {}
    void on_scale_end(const ScaleEvent& event, const Summary&) override {
      if (event.index == 1) allocator_.fail(0, 1);
    }
    void on_warning(const std::string& sentence) override { warnings.push_back(sentence); }
    std::vector<std::string> warnings;

   private:
    support::FailingAllocator& allocator_;
  };
  support::FailingAllocator allocator(size_t{4} * 48 * 56);
  PlanRecorder rich;
  const StylizeResult expected = support::stylized(TinyNetwork(), guarded_input(), two_scales(), rich);
  LateThief thief(allocator);
  const StylizeResult result = support::stylized(TinyNetwork(), guarded_input(), two_scales(), thief);
  CHECK(at::equal(result.picture.colour, expected.picture.colour));
  CHECK(!result.stopped);
  CHECK(result.saved_loss.total == 0);
  CHECK(thief.warnings.size() == 1);
}

TEST_CASE("Memory that runs out when a scale's picture is composed of regions loses no picture",
          "[memory_guard][processor]") {
  /// From the last iteration to the end of the scale.
  class Thief final : public Observer {
   public:
    explicit Thief(support::FailingAllocator& allocator) : allocator_(allocator) {}
    Control on_iteration(const IterationEvent& event) override {
      if (event.iteration == 6) allocator_.fail(0);
      return Control::Continue;
    }
    void on_scale_end(const ScaleEvent&, const Summary&) override { allocator_.stop_failing(); }

   private:
    support::FailingAllocator& allocator_;
  };
  StylizeInput pictures = guarded_input();
  const at::Tensor right = at::zeros({1, 1, 48, 56}, support::on_device());
  right.narrow(3, 28, 28).fill_(1);
  pictures.regions = {{right, "#ff0000"}, {1 - right, "#0000ff"}};  // the second without style
  StylizeOptions settings = options();
  settings.schedule.iterations = 6;
  PlanRecorder rich;
  const StylizeResult expected = support::stylized(TinyNetwork(), pictures, settings, rich);
  support::FailingAllocator allocator(size_t{4} * 48 * 56);
  Thief thief(allocator);
  const StylizeResult result = support::stylized(TinyNetwork(), pictures, settings, thief);
  CHECK_FALSE(result.stopped);
  CHECK(at::equal(result.picture.colour, expected.picture.colour));
}

TEST_CASE("Fine strokes for which memory runs out are no style", "[memory_guard]") {
  PlanRecorder recorder;
  std::optional<ErrorCode> code;
  try {
    StylizeOptions settings = options();
    settings.objective.style_layers = {{Layer::parse("relu1_1"), 1.0}};
    with_fine_strokes(PoorNetwork(/*most_pixels=*/10, /*poor_from=*/5), support::test_machine(), input().content,
                      input().styles.front().picture, 300, settings, recorder, {});
  } catch (const Error& error) {
    code = error.code();
  }
  CHECK(recorder.losses.size() == 5);
  CHECK(code == ErrorCode::Memory);
}

TEST_CASE("What ran out at one scale is not planned for at the next", "[memory_guard]") {
  StylizeInput pictures = input();
  pictures.content.colour = support::picture({600, 620}, 1);
  StylizeOptions settings = options();
  settings.schedule.scales = 2;
  settings.schedule.iterations = 6;
  PlanRecorder rich, poor;
  support::stylized(TinyNetwork(), pictures, settings, rich);
  const StylizeResult result = support::stylized(PoorNetwork(kTilePixels, /*poor_from=*/2), pictures, settings, poor);
  CHECK(!result.stopped);
  CHECK(poor.warnings.size() == 1);
  REQUIRE(poor.plans.size() == 2);
  CHECK(poor.plans[0] == rich.plans[0]);
  CHECK(poor.plans[1].predicted_bytes < rich.plans[1].predicted_bytes / 2);
  CHECK(poor.plans[1].tiling.blocks > 0);
  CHECK(poor.finest_in_state[1] == rich.plans[1]);
  CHECK(poor.finest_in_state[2] == poor.plans[1]);
}
