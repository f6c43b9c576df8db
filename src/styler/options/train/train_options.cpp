#include "styler/options/train/train_options.hpp"

#include <cmath>

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"

namespace styler {

void TrainOptions::validate() const {
  objective.validate();
  if (!std::isfinite(learning_rate) || learning_rate <= 0 || learning_rate > 1) {
    reject("--learning-rate is " + decimal_text(learning_rate) + " but must be above 0 and at most 1; 0.002 is usual");
  }
  if (!std::isfinite(adversarial_share) || adversarial_share < 0) {
    reject("--adversarial-weight is " + decimal_text(adversarial_share) + " but must be 0 or more; 0.5 is usual");
  }
  STYLER_ASSERT(adversarial_from >= 0 && discriminator_learning_rate > 0 && discriminator_channels > 0);
  STYLER_ASSERT(least_learning_rate >= 0 && least_learning_rate <= learning_rate);
  STYLER_ASSERT(warm_up_steps >= 0 && average_share > 0 && average_share <= 1 && most_gradient > 0);
}

}  // namespace styler
