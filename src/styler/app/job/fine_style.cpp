#include "styler/app/job/fine_style.hpp"

#include <algorithm>
#include <string>

#include "styler/app/job/memory_budget.hpp"
#include "styler/app/job/observers.hpp"
#include "styler/app/job/progress.hpp"
#include "styler/app/session/log.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/clock.hpp"
#include "styler/base/error.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/fine_style.hpp"

namespace styler::app {

Size finest_style_size(const JobInput& input, const JobOptions& options, int64_t min_edge) {
  const Size content = original_size(input.pictures);
  const Size finest = make_schedule(content, options.stylize.schedule, min_edge).back().size;
  return style_sizes(style_extents(input.pictures), finest, options.stylize.style_scale, min_edge).front();
}

JobOptions paint_fine_style(const Machine& machine, JobInput& input, const JobOptions& options, Console& console,
                            spdlog::logger& log) {
  const double start = seconds_now();
  const Size size = finest_style_size(input, options, machine.network->min_edge());
  log.info("fine strokes of {} ({} px) for a style of {} px", options.fine_style.string(),
           size_text(picture_size(input.fine_style.colour)), size_text(size));
  StylizeOptions stylize = options.stylize;
  stylize.optimizer.time_limit_seconds = options.keeps_state() ? 0 : stylize.optimizer.time_limit_seconds / 4;
  LogObserver logging(log);
  ProgressObserver progress(console, {{size, stylize.schedule.iterations}}, stylize.optimizer.time_limit_seconds,
                            seconds_now);
  StopObserver stopping;
  ObserverList observers;
  observers.add(logging);
  observers.add(stopping);
  if (!options.messages.quiet) observers.add(progress);
  machine.network->release_memory();  // before it is asked how much is left
  Picture& style = input.pictures.styles.front().picture;
  try {
    style = with_fine_strokes(*machine.fine_network, machine.choice.device, style, input.fine_style, size.long_edge(),
                              stylize, observers, memory_budget(options, machine.choice));
  } catch (const Error& error) {  // which speaks of a run's content and style
    throw Error(error.code(), std::string("in giving the style --fine-style's strokes: ") + error.what());
  }
  machine.fine_network->release_memory();
  input.fine_style = {};

  JobOptions remaining = options;
  double& limit = remaining.stylize.optimizer.time_limit_seconds;
  if (limit > 0) limit = std::max(limit - (seconds_now() - start), 1e-3);
  return remaining;
}

}  // namespace styler::app
