#include "styler/stylize_options.hpp"

#include "options/range_check.hpp"

namespace styler {

void StylizeOptions::validate() const {
  schedule.validate();
  objective.validate();
  optimizer.validate();
  memory.validate();
  check_positive("style-scale", style_scale);
}

}  // namespace styler
