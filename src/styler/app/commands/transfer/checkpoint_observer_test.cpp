#include "styler/app/commands/transfer/checkpoint_observer.hpp"

#include <new>

#include "styler/app/commands/transfer/checkpoint.hpp"
#include "styler/app/job/observers/snapshots.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "support/tensors.hpp"

namespace styler::app {
namespace {

struct Listener : Observer {
  void on_warning(const std::string& sentence) override { warnings.push_back(sentence); }
  std::vector<std::string> warnings;
};

nlohmann::ordered_json default_identity() {
  const JobOptions options;
  return run_identity(options, {}, {}, {});
}
const Scale kScale{{4, 6}, 1000};

/// One scale that takes a second per iteration.
struct Run {
  explicit Run(const std::filesystem::path& file, CheckpointInterval interval)
      : observer({file, interval, default_identity(), {}, [this] { return stopping; }, [this] { return clock; }},
                 listener),
        file_(file) {
    observer.on_scale({0, 1, kScale, {{4, 6}}});
  }
  /// Does the next iteration; whether a checkpoint of it is there afterwards.
  bool iterate() {
    ++iteration;
    clock += 1;
    IterationEvent event;
    event.iteration = iteration;
    event.state = [&] {
      RunState state;
      state.plans.resize(2);
      state.minimizer = MinimizerState(at::zeros({1, 3, 4, 6}));
      state.minimizer.summary.iterations = iteration - 1;
      return state;
    };
    CHECK(observer.on_iteration(event) == Control::Continue);
    if (!std::filesystem::is_regular_file(file_)) return false;
    const Checkpoint checkpoint = read_checkpoint(file_, default_identity(), {});
    CHECK(checkpoint.scales.back().losses.size() == static_cast<size_t>(checkpoint.state.minimizer.summary.iterations));
    return checkpoint.state.minimizer.summary.iterations == iteration - 1;
  }

  bool stopping = false;
  double clock = 0;
  int64_t iteration = 0;
  Listener listener;
  CheckpointObserver observer;

 private:
  std::filesystem::path file_;
};

}  // namespace

TEST_CASE("checkpoints come every few iterations or seconds, and before the run stops", "[checkpoint]") {
  const support::TempFolder folder;
  Run run(folder / "x", GENERATE(CheckpointInterval{5, 0}, CheckpointInterval{0, 5}));
  for (int i = 1; i <= 12; ++i) CHECK(run.iterate() == (i % 5 == 0));
  run.stopping = true;
  CHECK(run.iterate());
}

TEST_CASE("a checkpoint that can't be written is warned of once and tried again", "[checkpoint]") {
  const support::TempFolder folder;
  std::filesystem::create_directory(folder / "x");  // in the way
  Run run(folder / "x", {1, 0});
  for (int i = 0; i < 3; ++i) CHECK_FALSE(run.iterate());
  REQUIRE(run.listener.warnings.size() == 1);
  CHECK_THAT(run.listener.warnings[0], support::contains("checkpoint") && support::contains("the run goes on"));
  std::filesystem::remove(folder / "x");
  CHECK(run.iterate());
}

TEST_CASE("whatever goes wrong while something is written is a warning, not the run's end", "[checkpoint]") {
  const support::TempFolder folder;
  Listener listener;
  IterationEvent event;  // without a picture to ask for
  event.iteration = 1;
  event.state = []() -> RunState { throw std::bad_alloc(); };
  std::string start;
  SECTION("a checkpoint") {
    Run run(folder / "run.ckpt", {1, 0});
    CHECK(run.observer.on_iteration(event) == Control::Continue);
    listener = run.listener;
    start = "the checkpoint " + (folder / "run.ckpt").string() + " cannot be written: memory ran out";
  }
  SECTION("a preview") {
    PreviewObserver preview(folder / "look.png", {}, listener, [] { return 0.0; });
    CHECK(preview.on_iteration(event) == Control::Continue);
    start = (folder / "look.png").string() + " cannot be written: ";
  }
  SECTION("an intermediate picture") {
    SnapshotObserver snapshots(folder / "out.png", {}, 1, listener);
    CHECK(snapshots.on_iteration(event) == Control::Continue);
    start = (folder / "out_s1_0001.png").string() + " cannot be written: ";
  }
  REQUIRE(listener.warnings.size() == 1);
  CHECK_THAT(listener.warnings[0], support::contains(start));
}

TEST_CASE("a preview is replaced every few seconds, and failures are warned of once", "[observers]") {
  const support::TempFolder folder;
  double clock = 100;
  Listener listener;
  PreviewObserver preview(folder / "look.png", {}, listener, [&clock] { return clock; });
  IterationEvent event;
  event.picture = [] { return support::picture({4, 6}, 1) * 2 - 0.5; };  // out of range, as iterates can be
  const auto written = [&] {
    std::filesystem::remove(folder / "look.png");
    preview.on_iteration(event);
    return std::filesystem::exists(folder / "look.png");
  };
  CHECK(written());
  CHECK_FALSE(written());
  clock += 4.9;
  CHECK_FALSE(written());
  clock += 0.2;
  CHECK(written());
  std::filesystem::remove(folder / "look.png");
  std::filesystem::create_directory(folder / "look.png");
  for (int i = 0; i < 3; ++i) {
    clock += 10;
    preview.on_iteration(event);
  }
  CHECK(listener.warnings.size() == 1);
}

}  // namespace styler::app
