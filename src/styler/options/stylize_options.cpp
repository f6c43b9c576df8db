#include "styler/options/stylize_options.hpp"

#include <string>

#include "styler/base/error.hpp"
#include "styler/base/text/checks.hpp"

namespace styler {

void StylizeOptions::validate() const {
  schedule.validate();
  objective.validate();
  optimizer.validate();
  memory.validate();
  if (needs_whole_layers(objective.style_loss) && memory.tile.value_or(0) != 0) {
    throw Error(ErrorCode::InvalidArgument, "tile is " + std::to_string(*memory.tile) + " but style-loss " +
                                                std::string(kStyleLosses.word(objective.style_loss)) +
                                                " sorts whole layers, which are never in tiles; leave one of them out");
  }
  if (schedule.tileable && memory.tile.value_or(0) != 0) {
    throw Error(ErrorCode::InvalidArgument, "tile is " + std::to_string(*memory.tile) +
                                                " but a tileable picture can't be worked on in tiles; leave it out");
  }
  check_positive("style-scale", style_scale);
}

}  // namespace styler
