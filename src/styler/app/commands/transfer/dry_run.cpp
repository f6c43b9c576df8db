#include "styler/app/commands/transfer/dry_run.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "styler/app/host/threads.hpp"
#include "styler/app/job/fine_style.hpp"
#include "styler/app/job/job.hpp"
#include "styler/app/session/console.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/clock.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler::app {
namespace {

/// Where evaluations are timed: small enough to take seconds, large enough that what they cost grows with the picture.
constexpr int64_t kCalibrationEdge = 256;
/// Of which the first, in which memory is asked for, is left out.
constexpr int64_t kCalibrationIterations = 4;

/// An evaluation without the way back, which a style picture takes once per scale.
constexpr double kForwardPart = 1.0 / 3;

double pixels_of(Size size) { return static_cast<double>(size.pixels()); }

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
  const StylizeResult result =
      stylize(machine.network(kPictureNetwork), machine.choice.device, plain, calibration, timing);
  return timing.seconds_per_iteration() / pixels_of(picture_size(result.picture.colour));
}

double seconds_of(const PlannedScale& planned, double per_pixel) {
  double style_pixels = 0;
  for (const Size style : planned.styles) style_pixels += pixels_of(style);
  return per_pixel * (pixels_of(planned.scale.size) * static_cast<double>(planned.scale.iterations) *
                          planned.plan.evaluation_factor +
                      style_pixels * kForwardPart);
}

/// `512x400`, `3 up to 512x400`, or `512x400, weight times 0.03`.
std::string styles_text(const PlannedScale& planned) {
  const std::vector<Size>& sizes = planned.styles;
  const Size largest = *std::ranges::max_element(sizes, {}, pixels_of);
  std::string text = sizes.size() == 1 ? "" : std::to_string(sizes.size()) + " up to ";
  text += size_text(largest);
  const double share = planned.scale.style_factor;
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
  const WarningSink warn = [&log](const std::string& sentence) { log.warn("{}", sentence); };
  use_threads(options.machine.device.threads, &log);
  const Job job = Job::read(options, warn);
  job.check(warn);
  const Machine machine = set_up_machine(options.machine, networks_of(options), log);
  JobPlan plan = job.plan(machine);
  DryRun run;
  run.other_seconds = seconds_now() - start;
  const double per_pixel = seconds_per_pixel(machine, job.input().pictures, options);
  if (StopSignals::requested()) return kInterrupted;

  run.machine = machine_text(machine.choice);
  run.limit_bytes = plan.limit_bytes;
  run.peak_so_far_bytes = plan.peak_so_far_bytes;
  run.time_limit_seconds = options.stylize.optimizer.time_limit_seconds;
  for (PlannedScale& planned : plan.scales) planned.seconds = seconds_of(planned, per_pixel);
  run.scales = std::move(plan.scales);
  if (const auto& fine = plan.fine_style) {
    run.peak_so_far_bytes = std::max(run.peak_so_far_bytes, fine->plan.predicted_bytes);
    run.other_seconds +=
        kFineStylePart * per_pixel * pixels_of(fine->size) * static_cast<double>(options.stylize.schedule.iterations);
  }
  for (const std::string& line : dry_run_lines(run)) print_line(line);
  return 0;
}

}  // namespace styler::app
