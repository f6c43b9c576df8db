#include "styler/app/job/fine_style.hpp"

#include <string>

#include "styler/app/host/memory_budget.hpp"
#include "styler/base/error.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/fine_style.hpp"

namespace styler::app {

Size finest_style_size(const JobInput& input, const JobOptions& options, int64_t min_edge) {
  const Size content = original_size(input.pictures);
  const Size finest = make_schedule(content, options.stylize.schedule, min_edge).back().size;
  return style_sizes(style_extents(input.pictures), finest, options.stylize.style_scale, min_edge).front();
}

void paint_fine_style(const FeatureExtractor& network, const MachineChoice& machine, JobInput& input,
                      const JobOptions& options, Size size, const PaintListeners& listeners) {
  listeners.log.info("fine strokes of {} ({} px) for a style of {} px", options.fine_style.string(),
                     size_text(own_size(input.fine_style)), size_text(size));
  StylizeOptions stylize = options.stylize;
  double& time_limit = stylize.optimizer.time_limit_seconds;
  time_limit = options.keeps_state() ? 0 : time_limit / 4;
  RunObservers observers(listeners, {{size, stylize.schedule.iterations}}, time_limit);
  Picture& style = input.pictures.styles.front().picture;
  try {
    style = with_fine_strokes(network, machine.device, style, input.fine_style, size.long_edge(), stylize, observers,
                              memory_budget(stylize.memory, machine));
  } catch (const Error& error) {  // which speaks of a run's content and style
    throw Error(error.code(), std::string("in giving the style --fine-style's strokes: ") + error.what());
  }
  network.release_memory();
  input.fine_style = {};
}

}  // namespace styler::app
