#include "styler/core/stylize/fine_style.hpp"

#include <algorithm>

#include "styler/base/error.hpp"
#include "styler/core/memory/guard.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/stylizer.hpp"

namespace styler {

StylizeOptions fine_stroke_options(const StylizeOptions& options, int64_t size) {
  StylizeOptions result = options;
  ObjectiveOptions& objective = result.objective;
  objective.style_layers = options.objective.fine_style_layers();
  if (objective.style_layers.empty()) {
    throw Error(ErrorCode::InvalidArgument,
                "a fine style needs a style layer up to relu2_1, but there is none; add relu1_1 and relu2_1");
  }
  objective.content_layers = {{objective.style_layers.front().layer, 1.0}};  // which count for nothing
  objective.strength = 1;
  objective.style_blend = StyleBlend::Targets;
  result.schedule.size = size;
  result.schedule.scales = 1;
  result.schedule.coarse_style = 1;
  result.schedule.tileable = false;  // what is painted here is a style, whatever it is for
  result.style_scale = 1;
  result.colour = ColourMode::Style;  // what becomes of colours is for the run that uses the result
  return result;
}

Picture with_fine_strokes(const FeatureExtractor& network, const ComputeDevice& device, const Picture& coarse,
                          const Picture& fine, int64_t size, const StylizeOptions& options, Observer& observer,
                          const MemoryBudget& budget) {
  StylizeInput input;
  input.content = coarse;
  input.styles = {{fine}};
  const int64_t edge = std::min(size, own_size(coarse).long_edge());
  const StylizeResult result = stylize(network, device, input, fine_stroke_options(options, edge), observer, budget);
  // Half a style is none, and a run that goes on with it could not be gone on from.
  if (result.scales.back().summary.termination == Termination::OutOfMemory) throw out_of_memory();
  return result.picture;
}

}  // namespace styler
