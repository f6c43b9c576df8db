#include "styler/options/train/train_options.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"

namespace styler {
namespace {

/// Smaller ones would be nothing but border.
constexpr int64_t kLeastCropEdge = 32;
/// A step takes memory and time by its pixels.
constexpr int64_t kMostCropEdge = 1024;
constexpr int64_t kMostPaintingEdge = 4096;
/// With more there is next to nothing to learn from.
constexpr double kMostDropout = 0.9;
constexpr double kStyleWeight = 1.0;

}  // namespace

ObjectiveOptions TrainOptions::objective_to_learn() {
  ObjectiveOptions objective;
  objective.style_weight = kStyleWeight;
  return objective;
}

void TrainOptions::validate() const {
  objective.validate();
  if (!std::isfinite(learning_rate) || learning_rate <= 0 || learning_rate > 1) {
    reject("--learning-rate is " + decimal_text(learning_rate) + " but must be above 0 and at most 1; 0.002 is usual");
  }
  if (batch_size < 1 || batch_size > kMostBatchSize) {
    reject("--batch-size is " + std::to_string(batch_size) + " but must be from 1 to " +
           std::to_string(kMostBatchSize) + "; 4 is usual elsewhere");
  }
  for (const auto& [name, decay] : {std::pair("--l1-decay", l1_decay), {"--l2-decay", l2_decay}}) {
    if (!std::isfinite(decay) || decay < 0 || decay > 1) {
      reject(std::string(name) + " is " + decimal_text(decay) + " but must be from 0 to 1; 0.01 is much");
    }
  }
  if (!std::isfinite(dropout) || dropout < 0 || dropout > kMostDropout) {
    reject("--dropout is " + decimal_text(dropout) + " but must be from 0 to " + decimal_text(kMostDropout) +
           "; 0.1 is usual where there is any");
  }
  if (!std::isfinite(adversarial_share) || adversarial_share < 0) {
    reject("--adversarial-weight is " + decimal_text(adversarial_share) + " but must be 0 or more; 0.5 is usual");
  }
  if (!std::isfinite(diversity_weight) || diversity_weight < 0) {
    reject("--diversity is " + decimal_text(diversity_weight) + " but must be 0 or more; 0.3 is usual");
  }
  if (crop_edge < kLeastCropEdge || crop_edge > kMostCropEdge || crop_edge % 4 != 0) {
    reject("--crop is " + std::to_string(crop_edge) + " but must be a multiple of 4 from " +
           std::to_string(kLeastCropEdge) + " to " + std::to_string(kMostCropEdge) + "; 256 is usual");
  }
  if (painting_edge < kLeastCropEdge || painting_edge > kMostPaintingEdge) {
    reject("--style-size is " + std::to_string(painting_edge) + " but must be from " + std::to_string(kLeastCropEdge) +
           " to " + std::to_string(kMostPaintingEdge) + "; 512 is usual");
  }
  STYLER_ASSERT(quartered_share >= 0 && quartered_share <= 1);
  STYLER_ASSERT(adversarial_from >= 0 && discriminator_learning_rate > 0 && discriminator_channels > 0);
  STYLER_ASSERT(least_learning_rate >= 0);
  STYLER_ASSERT(warm_up_steps >= 0 && average_share > 0 && average_share <= 1 && most_gradient > 0);
}

}  // namespace styler
