#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "styler/core/stylize/checks.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "support/catch.hpp"
#include "support/stylized.hpp"
#include "support/tensors.hpp"
#include "support/tiny_network.hpp"
#include "support/workbench.hpp"

using namespace styler;
using namespace support;

// States to go on from whose numbers were changed: a checkpoint's digest stops damage, but anybody can sign anew.

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

RunState copy_of(RunState state) {
  for (at::Tensor* tensor : {&state.minimizer.x, &state.minimizer.best, &state.minimizer.accepted}) {
    if (tensor->defined()) *tensor = tensor->clone();
  }
  for (auto& [name, tensor] : state.optimizer) {
    if (tensor.defined()) tensor = tensor.clone();
  }
  return state;
}

/// A run of two scales, and the states that it can be gone on from.
struct SmallRun {
  explicit SmallRun(OptimizerMethod method) {
    input.content = {picture({12, 16}, 1), {}};
    input.styles = {{{picture({14, 10}, 9), {}}}};
    options.objective = TinyNetwork::objective_options();
    options.schedule = {16, 2, 6};
    options.optimizer.method = method;
    options.optimizer.history_size = 3;
    struct Keeper : Observer {
      Control on_iteration(const IterationEvent& event) override {
        states.push_back(copy_of(event.state()));
        return Control::Continue;
      }
      std::vector<RunState> states;
    } keeper;
    stylized(TinyNetwork(), input, options, keeper);
    states = std::move(keeper.states);
  }

  /// Goes on from the state. \returns whether that was possible; only an Error{Input} may make it impossible.
  bool goes_on_from(const RunState& state) const {
    Observer silent;
    try {
      const StylizeResult result = stylized(TinyNetwork(), input, options, silent, {}, copy_of(state));
      CHECK(std::isfinite(result.picture.colour.sum().item<double>()));
      return true;
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::Input);
      return false;
    }
  }

  StylizeInput input;
  StylizeOptions options;
  std::vector<RunState> states;
};

constexpr std::array kTelling{0.0,   -1.0,   1.0,  2.0,   3.0,    4.0,  99.0,      2147483648.0,
                              -1e18, 9.3e18, 1e38, 1e308, 1e-310, kNan, kInfinity, -kInfinity};

class Mutator {
 public:
  explicit Mutator(uint64_t seed) : dice_(seed) {}

  RunState mutated(const RunState& whole) {
    RunState state = copy_of(whole);
    for (size_t changes = 1 + dice_.roll(2); changes > 0; --changes) mutate(state);
    return state;
  }

 private:
  double number() { return kTelling[dice_.roll(kTelling.size())]; }
  /// What a file's reader lets through of it.
  int64_t whole() {
    const double value = number();
    return std::abs(value) < 9e18 ? static_cast<int64_t>(value) : std::numeric_limits<int64_t>::max();
  }

  /// As it would stand in a file: what is too large for the tensor's type is infinite.
  static void fill(const at::Tensor& tensor, double value) { tensor.copy_(at::full({}, value, at::kDouble)); }

  void mutate(at::Tensor& tensor) {
    switch (dice_.roll(tensor.numel() > 0 ? 7 : 3)) {
      case 0:
        tensor.reset();
        break;
      case 1:
        tensor =
            at::zeros({static_cast<int64_t>(dice_.roll(4)), static_cast<int64_t>(dice_.roll(9))}, tensor.options());
        break;
      case 2:
        tensor = tensor.to(dice_.roll(2) == 0 ? at::kByte : at::kBFloat16);
        break;
      case 3:
        tensor = tensor.reshape({-1, 1});
        break;
      case 4:
        tensor =
            tensor.reshape({-1}).narrow(0, 0, static_cast<int64_t>(dice_.roll(static_cast<size_t>(tensor.numel()))));
        break;
      case 5:
        fill(tensor, number());
        break;
      default:
        fill(tensor.view({-1})[static_cast<int64_t>(dice_.roll(static_cast<size_t>(tensor.numel())))], number());
    }
  }

  void mutate(Summary& summary) {
    const std::array<int64_t*, 2> counts{&summary.iterations, &summary.steps_back};
    const std::array<double*, 4> losses{&summary.initial_loss, &summary.final_loss, &summary.last_loss,
                                        &summary.elapsed_seconds};
    if (dice_.roll(2) == 0) {
      *counts[dice_.roll(counts.size())] = whole();
    } else {
      *losses[dice_.roll(losses.size())] = number();
    }
  }

  void mutate(MemoryPlan& plan) {
    switch (dice_.roll(6)) {
      case 0:
        plan.tiling.blocks = static_cast<int>(std::min<int64_t>(whole(), std::numeric_limits<int>::max()));
        break;
      case 1:
        plan.tiling.edge = whole();
        break;
      case 2:
        plan.history_size = whole();
        break;
      case 3:
        plan.history_precision = dice_.roll(2) == 0 ? Precision::Bf16 : Precision::Fp32;
        break;
      case 4:
        plan.predicted_bytes = whole();
        break;
      default:
        plan.evaluation_factor = number();
    }
  }

  void mutate(RunState& state) {
    MinimizerState& minimizer = state.minimizer;
    const std::array<at::Tensor*, 3> pictures{&minimizer.x, &minimizer.best, &minimizer.accepted};
    switch (dice_.roll(12)) {
      case 0:
        if (!state.plans.empty()) state.plans.pop_back();
        break;
      case 1:
        if (!state.plans.empty()) mutate(state.plans[dice_.roll(state.plans.size())]);
        break;
      case 2:
        if (!state.done.empty()) mutate(state.done[dice_.roll(state.done.size())].summary);
        break;
      case 3:
        mutate(minimizer.summary);
        break;
      case 4:
        minimizer.accepted_loss = number();
        break;
      case 5:
        minimizer.recent_losses.push_back(number());
        break;
      case 6:
        minimizer.steps_back_in_a_row = whole();
        break;
      case 7:
        if (at::Tensor& picture = *pictures[dice_.roll(3)]; picture.defined()) mutate(picture);
        break;
      default: {
        if (state.optimizer.empty()) break;
        auto entry = std::next(state.optimizer.begin(), static_cast<int64_t>(dice_.roll(state.optimizer.size())));
        if (dice_.roll(5) == 0) {
          state.optimizer.erase(entry);
        } else if (entry->second.defined()) {
          mutate(entry->second);
        }
      }
    }
  }

  Dice dice_;
};

}  // namespace

TEST_CASE("a state with changed numbers is gone on from or refused, and nothing else", "[hostile_state]") {
  const SmallRun run(GENERATE(OptimizerMethod::Lbfgs, OptimizerMethod::Adam));
  Mutator mutator(/*seed=*/7);
  int refused = 0;
  const int count = mutation_count(300);
  for (int i = 0; i < count; ++i) {
    INFO("mutation " << i);
    const RunState& whole = run.states[static_cast<size_t>(i) % run.states.size()];
    if (!run.goes_on_from(mutator.mutated(whole))) ++refused;
  }
  CHECK(refused > count / 4);
  CHECK(refused < count);
}

TEST_CASE("counts, shapes and numbers that no run leaves are refused one by one", "[hostile_state]") {
  const SmallRun run(OptimizerMethod::Lbfgs);
  RunState state = copy_of(run.states.back());
  const auto set = [&](const char* name, double value) { state.optimizer.at(name).fill_(value); };
  SECTION("as it was left, it is gone on from") {
    CHECK(run.goes_on_from(state));
    return;
  }
  SECTION("the first row") { set("lbfgs.first", GENERATE(-1.0, 3.0, 0.5, kNan, kInfinity, 1e308)); }
  SECTION("the count of rows") { set("lbfgs.count", GENERATE(-1.0, 4.0, 1.5, kNan, 4e18)); }
  SECTION("the scale") { set("lbfgs.initial_scale", GENERATE(-1.0, kNan, kInfinity)); }
  SECTION("a count of nothing") {
    for (const char* name : {"steps", "changes", "products", "previous_gradient", "previous_step"}) {
      state.optimizer.erase(std::string("lbfgs.") + name);
    }
  }
  SECTION("one that is missing") {
    state.optimizer.erase(GENERATE("lbfgs.products", "lbfgs.first", "lbfgs.previous_step", "lbfgs.changes"));
  }
  SECTION("products of another shape") { state.optimizer["lbfgs.products"] = at::ones({4}, at::kDouble); }
  SECTION("products of nothing") { set("lbfgs.products", 0); }
  SECTION("rows of another picture") { state.optimizer["lbfgs.steps"] = at::zeros({3, 12}); }
  SECTION("rows of another type") { state.optimizer["lbfgs.steps"] = state.optimizer["lbfgs.steps"].to(at::kBFloat16); }
  SECTION("a history of another length") { state.plans.back().history_size = GENERATE(99, 0, -1, 2); }
  SECTION("tiles without an edge") { state.plans.back().tiling = {1, GENERATE(0, -5, 1)}; }
  SECTION("more blocks than there are") { state.plans.back().tiling.blocks = GENERATE(3, -1, 2147483647); }
  SECTION("a best picture of no numbers") { state.minimizer.best.fill_(kNan); }
  SECTION("a loss that is none") { state.minimizer.accepted_loss = kNan; }
  SECTION("another method's memory") { state.optimizer = SmallRun(OptimizerMethod::Adam).states.back().optimizer; }
  CHECK_FALSE(run.goes_on_from(state));
}

TEST_CASE("steps onto losses that are no numbers end in a sentence, or with the picture of the size before",
          "[hostile_state]") {
  struct Listener : Observer {
    void on_warning(const std::string& sentence) override { warning = sentence; }
    std::string warning;
  } listener;
  MinimizerState ended;
  ended.met_infinity = true;
  ended.summary.termination = Termination::NoProgress;
  ended.summary.steps_back = 10;
  ended.summary.iterations = 13;  // one step was good
  check_has_moved(ended, /*is_first=*/true, listener);
  CHECK(listener.warning.empty());
  ended.summary.iterations = 12;
  check_has_moved(ended, /*is_first=*/false, listener);
  CHECK_THAT(listener.warning, contains("the picture stays as the size before left it"));
  CHECK_THAT(message_of(ErrorCode::Input, [&] { check_has_moved(ended, /*is_first=*/true, listener); }),
             contains("however short"));
}
