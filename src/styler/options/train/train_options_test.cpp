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

TEST_CASE("a training's options are refused with value, constraint and remedy", "[train_options]") {
  TrainOptions options;
  CHECK(training_refusal(options).empty());
  options.learning_rate = 2;
  CHECK(training_refusal(options) == "--learning-rate is 2 but must be above 0 and at most 1; 0.002 is usual");
  options.learning_rate = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(training_refusal(options).empty());
  options = {};
  options.adversarial_share = -1;
  CHECK(training_refusal(options) == "--adversarial-weight is -1 but must be 0 or more; 0.5 is usual");
}
