#include "styler/stylize_options.hpp"

#include <string>

#include "options/range_check.hpp"
#include "styler/error.hpp"

namespace styler {

void StylizeOptions::validate() const {
  schedule.validate();
  objective.validate();
  optimizer.validate();
  memory.validate();
  if (schedule.tileable && memory.tile.value_or(0) != 0) {
    throw Error(ErrorCode::InvalidArgument, "tile is " + std::to_string(*memory.tile) +
                                                " but a tileable picture can't be worked on in tiles; leave it out");
  }
  check_positive("style-scale", style_scale);
}

}  // namespace styler
