#include "styler/app/job/options/effort_options.hpp"

#include <string>

#include "styler/base/text/parse_text.hpp"

namespace styler::app {
namespace {

using enum OptionFacts;

constexpr const char* kEffortHeading = "Effort";

}  // namespace

void describe(OptionTable& table, ScheduleOptions& schedule) {
  table.heading(kEffortHeading);
  table.whole("--iterations", schedule.iterations, "Iterations at each size")
      .is(Look)
      .brief("Iterations at each size [" + std::to_string(schedule.iterations) + "]");
  const auto take_scales = [&field = schedule.scales](const std::string& value) {
    const auto scales = parse_whole(value);
    field = scales.value_or(field);
    return scales && *scales >= 1;
  };
  table
      .text(
          "--scales", "N", [&schedule] { return schedule.scales; }, take_scales, "a whole number, at least 1",
          "Sizes to work at, each half of the next; 1 works at the final size only")
      .default_text(schedule.scales == 0 ? "from below 256 px" : std::to_string(schedule.scales))
      .is(Look);
}

void describe(OptionTable& table, OptimizerOptions& optimizer) {
  table.heading(kEffortHeading);
  const auto for_lbfgs = [&optimizer](Option& option) -> Option& {
    return option.is(Look).idle_if([&optimizer] { return optimizer.method == OptimizerMethod::Adam; },
                                   "is for L-BFGS only, but the optimizer is adam; leave it out");
  };
  table.choice("--optimizer", optimizer.method, kOptimizerMethods, "Method of optimisation").is(Look);
  for_lbfgs(table.whole("--history-size", optimizer.history_size,
                        "Steps that L-BFGS remembers, at 24 bytes per pixel and step"));
  for_lbfgs(table.choice("--history-precision", optimizer.history_precision, kPrecisions,
                         "Numbers in which L-BFGS remembers them: bf16 takes half the memory"));
  for_lbfgs(table.choice("--preconditioner", optimizer.preconditioner, kPreconditionings,
                         "How L-BFGS begins: with smooth changes going further, which saves iterations, or as in other "
                         "tools"));
  table.decimal("--learning-rate", optimizer.learning_rate, "Step size of Adam, in steps of 8-bit colour")
      .is(Look)
      .idle_if([&optimizer] { return optimizer.method != OptimizerMethod::Adam; },
               "is for Adam only, but the optimizer is lbfgs; add --optimizer adam or leave it out");
  table
      .decimal("--tolerance-change", optimizer.tolerance_change,
               "End a scale when the loss changes by less than this fraction in " +
                   std::to_string(optimizer.change_window) + " iterations; 0: never")
      .is(Look);
  table
      .decimal("--tolerance-gradient", optimizer.tolerance_gradient,
               "End a scale when no entry of the gradient exceeds this; 0: never")
      .is(Look);
  const auto take_time = [&field = optimizer.time_limit_seconds](const std::string& value) {
    const auto seconds = parse_seconds(value);
    field = seconds.value_or(field);
    return seconds && *seconds > 0;
  };
  table
      .text(
          "--time-limit", "TIME", [&optimizer] { return optimizer.time_limit_seconds; }, take_time,
          "seconds above 0 or a time such as 90s, 10m or 1h30m",
          "Optimise no longer than this, shared out among the scales: seconds, or 90s, 10m, 1h30m")
      .default_text(optimizer.time_limit_seconds == 0 ? "none" : "")
      .is(DecidesPicture)
      .brief("Work no longer: seconds, or 90s, 10m, 1h30m");
}

}  // namespace styler::app
