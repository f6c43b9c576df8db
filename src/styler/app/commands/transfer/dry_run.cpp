#include "styler/app/commands/transfer/dry_run.hpp"

#include <algorithm>
#include <array>
#include <iostream>

#include "styler/app/job/fine_style.hpp"
#include "styler/app/job/inputs.hpp"
#include "styler/app/job/machine.hpp"
#include "styler/app/job/memory_budget.hpp"
#include "styler/app/job/preflight.hpp"
#include "styler/app/job/report.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/clock.hpp"
#include "styler/base/text.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/fine_style.hpp"

namespace styler::app {
namespace {

/// Where evaluations are timed: small enough to take seconds, large enough that what they cost grows with the picture.
constexpr int64_t kCalibrationEdge = 256;
/// Of which the first, in which memory is asked for, is left out.
constexpr int64_t kCalibrationIterations = 4;

/// An evaluation without the way back, which a style picture takes once per scale.
constexpr double kForwardPart = 1.0 / 3;

double pixels_of(Size size) { return static_cast<double>(size.height) * static_cast<double>(size.width); }

/// When each evaluation ended.
class TimingObserver final : public Observer {
 public:
  Control on_iteration(const IterationEvent& event) override {
    if (event.iteration == 1) first_ = event.elapsed_seconds;
    last_ = event.elapsed_seconds;
    count_ = event.iteration;
    return StopSignals::requested() ? Control::Stop : Control::Continue;
  }
  double seconds_per_iteration() const {
    return count_ > 1 ? (last_ - first_) / static_cast<double>(count_ - 1) : last_;
  }

 private:
  double first_ = 0, last_ = 0;
  int64_t count_ = 0;
};

double seconds_per_pixel(const Machine& machine, const StylizeInput& pictures, const JobOptions& options) {
  StylizeOptions calibration = options.stylize;
  const int64_t asked = calibration.schedule.size;
  const int64_t finest = asked == 0 ? original_size(pictures).long_edge() : asked;
  calibration.schedule.size = std::min(finest, kCalibrationEdge);
  calibration.schedule.scales = 1;
  calibration.schedule.coarse_style = 1;
  calibration.schedule.iterations = kCalibrationIterations;
  calibration.memory.tile = 0;  // what tiles cost is in the plans' factors
  calibration.optimizer.time_limit_seconds = 0;
  TimingObserver timing;
  // Regions may be too small for this size, and cost little.
  StylizeInput plain = pictures;
  plain.regions.clear();
  for (StyleSource& style : plain.styles) style.region = 0;
  const StylizeResult result = stylize(*machine.network, machine.choice.device, plain, calibration, timing);
  return timing.seconds_per_iteration() / pixels_of(picture_size(result.picture.colour));
}

/// `512x400`, `3 up to 512x400`, or `512x400, weight times 0.03`.
std::string styles_text(const PlannedScale& planned) {
  const std::vector<Size>& sizes = planned.styles;
  const Size largest = *std::ranges::max_element(sizes, {}, pixels_of);
  std::string text = sizes.size() == 1 ? "" : std::to_string(sizes.size()) + " up to ";
  text += size_text(largest);
  const double share = planned.scale.style_share;
  return share == 1 ? text : text + ", weight times " + decimal_text(share);
}

using Row = std::array<std::string, 7>;

Row row_of(const PlannedScale& planned) {
  return {size_text(planned.scale.size), styles_text(planned),       std::to_string(planned.scale.iterations),
          tiling_text(planned.plan),     history_text(planned.plan), bytes_text(planned.plan.predicted_bytes),
          duration_text(planned.seconds)};
}

std::vector<std::string> table(const std::vector<Row>& rows) {
  std::array<size_t, std::tuple_size_v<Row>> widths{};
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths.at(i) = std::max(widths.at(i), row.at(i).size());
  }
  std::vector<std::string> lines;
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row.at(i);
      if (i + 1 < row.size()) line.append(widths.at(i) - row.at(i).size() + 2, ' ');
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

std::vector<std::string> dry_run_lines(const DryRun& run) {
  std::vector<Row> rows = {{"size", "style", "iterations", "tiles", "history", "memory", "time"}};
  int64_t peak = run.peak_so_far_bytes;
  double seconds = 0;
  for (const PlannedScale& planned : run.scales) {
    rows.push_back(row_of(planned));
    peak = std::max(peak, planned.plan.predicted_bytes);
    seconds += planned.seconds;
  }
  std::vector<std::string> lines = {"on " + run.machine};
  for (std::string& line : table(rows)) lines.push_back(std::move(line));
  if (run.time_limit_seconds > 0) seconds = std::min(seconds, run.time_limit_seconds);
  lines.push_back("memory: " + bytes_text(peak) + " at most; " + bytes_text(run.limit_bytes) + " may be used");
  lines.push_back("time: about " + duration_text(seconds + run.other_seconds));
  return lines;
}

int dry_run(const JobOptions& options, double start, spdlog::logger& log) {
  const JobInput input = read_job(options, [&log](const std::string& sentence) { log.warn("{}", sentence); });
  const Size content = original_size(input.pictures);
  const std::vector<StyleExtent> styles = style_extents(input.pictures);
  check_sizes(options, content, styles);
  check_regions(input.pictures, options.stylize, smallest_edge_for(options.stylize.objective.layers()));
  if (const std::string note = rounding_note(options, content); !note.empty()) log.warn("{}", note);
  const Machine machine = set_up_machine(options, log);
  const int64_t min_edge = machine.network->min_edge();

  DryRun run;
  run.machine = machine.choice.device.device_name() + ", " + machine.choice.device.precision_name() + ", " +
                std::to_string(machine.choice.threads) + (machine.choice.threads == 1 ? " thread" : " threads");
  const NetworkMemory network = network_memory(machine.choice.device, machine.choice.threads);
  const MemoryBudget budget = memory_budget(options, machine.choice);
  run.limit_bytes = budget.limit_bytes;
  run.time_limit_seconds = options.stylize.optimizer.time_limit_seconds;
  run.peak_so_far_bytes = machine.choice.device.device.is_cpu() ? peak_memory_bytes() : 0;
  const std::vector<MemoryPlan> plans =
      plan_run(content, styles, options.stylize, min_edge, network, budget, weight_maps(input.pictures));
  run.other_seconds = seconds_now() - start;

  const double per_pixel = seconds_per_pixel(machine, input.pictures, options);
  const std::vector<Scale> scales = make_schedule(content, options.stylize.schedule, min_edge);
  for (size_t i = 0; i < scales.size(); ++i) {
    PlannedScale planned{scales[i], style_sizes(styles, scales[i].size, options.stylize.style_scale, min_edge),
                         plans[i]};
    double style_pixels = 0;
    for (const Size style : planned.styles) style_pixels += pixels_of(style);
    planned.seconds = per_pixel * (pixels_of(planned.scale.size) * static_cast<double>(planned.scale.iterations) *
                                       planned.plan.evaluation_factor +
                                   style_pixels * kForwardPart);
    run.scales.push_back(planned);
  }
  if (!options.fine_style.empty()) {
    const Size size = finest_style_size(input, options, min_edge);
    const StyleExtent fine{picture_size(input.fine_style.colour)};
    const std::vector<MemoryPlan> fine_plans =
        plan_run(size, {fine}, fine_stroke_options(options.stylize, size.long_edge()), machine.fine_network->min_edge(),
                 network, budget);
    run.peak_so_far_bytes = std::max(run.peak_so_far_bytes, fine_plans.back().predicted_bytes);
    run.other_seconds +=
        kFineStylePart * per_pixel * pixels_of(size) * static_cast<double>(options.stylize.schedule.iterations);
  }
  if (StopSignals::requested()) return kInterrupted;
  for (const std::string& line : dry_run_lines(run)) std::cout << line << '\n';
  std::cout << std::flush;
  return 0;
}

}  // namespace styler::app
