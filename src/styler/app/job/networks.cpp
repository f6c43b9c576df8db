#include "styler/app/job/networks.hpp"

#include "styler/core/stylize/fine_style.hpp"

namespace styler::app {

std::vector<NetworkRequest> networks_of(const JobOptions& options) {
  const ObjectiveOptions& objective = options.stylize.objective;
  const Padding padding = options.stylize.schedule.tileable ? Padding::Circular : objective.padding;
  std::vector<NetworkRequest> networks = {{objective.layers(), options.pooling, padding}};
  if (!options.fine_style.empty()) {
    const StylizeOptions strokes = fine_stroke_options(options.stylize, 0);
    networks.push_back({strokes.objective.layers(), options.pooling, objective.padding});
  }
  return networks;
}

}  // namespace styler::app
