#include "styler/app/commands/video/estimate.hpp"

#include <algorithm>

#include "styler/app/commands/video/optimiser_painter.hpp"
#include "styler/app/host/memory_budget.hpp"
#include "styler/app/job/networks.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/clock.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/core/memory/plan.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/options/scales.hpp"

namespace styler::app {
namespace {

/// Where evaluations are timed, and how many of them beside the first, which asks for memory.
constexpr int64_t kTimedEdge = 256;
constexpr int64_t kTimedIterations = 4;

/// Beside evaluations a later frame is begun and weighed: two forward passes and the content's targets.
constexpr double kBesidesEvaluations = 1.5;

/// What is encoded and kept while a frame is painted, in seconds a megapixel.
constexpr double kKeepingSeconds = 0.15;

class FilmTiming final : public Observer {
 public:
  Control on_iteration(const IterationEvent& event) override {
    if (event.iteration == 1) first_ = event.elapsed_seconds;
    last_ = event.elapsed_seconds;
    return StopSignals::requested() ? Control::Stop : Control::Continue;
  }
  double seconds() const { return (last_ - first_) / static_cast<double>(kTimedIterations); }

 private:
  double first_ = 0, last_ = 0;
};

double pixels_in(Size size) { return static_cast<double>(size.pixels()); }

/// On average, in all passes together.
double iterations_of_frame(const VideoOptions& options, int64_t usual) {
  const auto whole = static_cast<double>(usual);
  const auto passes = static_cast<double>(options.passes - 1);
  double once = whole;
  if (options.keyframe_every > 1) {
    const auto every = static_cast<double>(options.keyframe_every);
    once = (whole + (every - 1) * static_cast<double>(share_of_iterations(usual, kEffortBetween))) / every;
  }
  return once + passes * static_cast<double>(share_of_iterations(usual, kEffortOfPass));
}

std::string frames_text(int64_t frames) { return std::to_string(frames) + (frames == 1 ? " frame" : " frames"); }

}  // namespace

FrameTimes optimiser_times(const VideoOptions& options, const Machine& machine, const StylizeInput& pictures) {
  StylizeOptions timed = options.settings.stylize;
  const Size size = picture_size(pictures.content.colour);
  timed.schedule.size = std::min(size.long_edge(), kTimedEdge);
  timed.schedule.scales = 1;
  timed.schedule.coarse_style = 1;
  timed.schedule.iterations = kTimedIterations + 1;
  timed.optimizer.time_limit_seconds = 0;
  timed.memory.tile = 0;
  FilmTiming timing;
  const FeatureExtractor& network = machine.network(kPictureNetwork);
  const StylizeResult result = stylize(network, machine.choice.device, pictures, timed, timing);
  const double per_pixel = timing.seconds() / pixels_in(picture_size(result.picture.colour));
  FrameTimes times;
  ScheduleOptions schedule = options.settings.stylize.schedule;
  schedule.size = 0;
  for (const Scale& scale : make_schedule(size, schedule, network.min_edge())) {
    times.first += per_pixel * pixels_in(scale.size) * static_cast<double>(scale.iterations);
  }
  const int64_t usual = options.model.empty() ? options.frame_iterations : options.refine;
  times.follow = per_pixel * pixels_in(size) * (iterations_of_frame(options, usual) + kBesidesEvaluations);
  if (!options.model.empty()) times.first = times.follow;
  return times;
}

int64_t optimiser_memory(const VideoOptions& options, const Machine& machine, const StylizeInput& pictures) {
  const MachineChoice& choice = machine.choice;
  StylizeOptions stylize = options.settings.stylize;
  stylize.schedule.size = 0;
  const PlannedRun run(original_size(pictures), style_extents(pictures), stylize,
                       machine.network(kPictureNetwork).min_edge(), network_memory(choice.device, choice.threads),
                       memory_budget(stylize.memory, choice), weight_maps(pictures));
  int64_t most = 0;
  for (const MemoryPlan& plan : plan_run(run)) most = std::max(most, plan.predicted_bytes);
  return most;
}

double flow_seconds(const at::Tensor& frame, FlowMethod method) {
  const double start = seconds_now();
  flow_between(frame, frame.roll(2, 3), method);
  return 2 * (seconds_now() - start);
}

std::vector<std::string> film_lines(const FilmInfo& film, const FilmSurvey& survey, const FrameTimes& times,
                                    const std::string& machine, int64_t memory_bytes) {
  const auto shots = static_cast<int64_t>(survey.shots.size());
  const int64_t follow = survey.frames - shots - survey.repeats;
  const double seconds = static_cast<double>(shots) * times.first +
                         static_cast<double>(std::max<int64_t>(0, follow)) * times.follow +
                         static_cast<double>(survey.frames) * kKeepingSeconds * pixels_in(film.size) / 1e6;
  std::string frames = frames_text(survey.frames) + " of " + size_text(film.size) + " in " + std::to_string(shots) +
                       (shots == 1 ? " shot" : " shots");
  if (survey.repeats > 0) frames += ", " + std::to_string(survey.repeats) + " of them repeated";
  return {"on " + machine, frames,
          "a shot's first frame: about " + number_text(times.first) + " s; any other: about " +
              number_text(times.follow) + " s",
          "memory: about " + bytes_text(memory_bytes), "time: about " + duration_text(seconds)};
}

}  // namespace styler::app
