#include "styler/options/train/train_options.hpp"

#include <limits>
#include <string>

#include "styler/base/error.hpp"
#include "support/catch.hpp"

using namespace styler;

namespace {

std::string training_refusal(const TrainOptions& options) {
  try {
    options.validate();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("content and the mean of the layers' style errors count as 1 to 5 in what is learnt", "[train_options]") {
  const ObjectiveOptions objective = TrainOptions().objective;
  CHECK(objective.style_weight * static_cast<double>(objective.style_layers.size()) == 5 * objective.content_weight);
  CHECK(objective.content_layers.size() == 1);
}

TEST_CASE("a training's options are refused with value, constraint and remedy", "[train_options]") {
  TrainOptions options;
  CHECK(training_refusal(options).empty());
  options.learning_rate = 2;
  CHECK(training_refusal(options) == "--learning-rate is 2 but must be above 0 and at most 1; 0.002 is usual");
  options.learning_rate = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(training_refusal(options).empty());
  options = {};
  options.batch_size = 0;
  CHECK(training_refusal(options) == "--batch-size is 0 but must be from 1 to 64; 4 is usual elsewhere");
  options = {};
  options.l1_decay = -0.5;
  CHECK(training_refusal(options) == "--l1-decay is -0.5 but must be from 0 to 1; 0.01 is much");
  options = {};
  options.l2_decay = std::numeric_limits<double>::infinity();
  CHECK(training_refusal(options) == "--l2-decay is inf but must be from 0 to 1; 0.01 is much");
  options = {};
  options.dropout = 1;
  CHECK(training_refusal(options) == "--dropout is 1 but must be from 0 to 0.9; 0.1 is usual where there is any");
  options = {};
  options.adversarial_share = -1;
  CHECK(training_refusal(options) == "--adversarial-weight is -1 but must be 0 or more; 0.5 is usual");
}
