#include "styler/core/metrics/inception_score.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "support/catch.hpp"
#include "support/tensors.hpp"

namespace styler {

TEST_CASE("the likeliest classes come first, with their probabilities", "[inception_score]") {
  const at::Tensor shares = at::tensor({0.1, 0.6, 0.05, 0.25}).unsqueeze(0);
  const std::vector<LikelyClass> classes = likely_classes(shares.log() + 7, 3);
  REQUIRE(classes.size() == 3);
  CHECK(classes[0].number == 1);
  CHECK(classes[0].probability == support::Approx(0.6));
  CHECK(classes[1].number == 3);
  CHECK(classes[2].number == 0);
  CHECK(likely_classes(shares, 9).size() == 4);
}

TEST_CASE("the score of equal pictures is 1, and of sure ones the number of their classes", "[inception_score]") {
  const at::Tensor one = support::noise({1, 7}, at::kDouble, 1);
  const InceptionScore of_equal = inception_score(one.expand({40, 7}));
  CHECK(of_equal.mean == support::Approx(1).margin(1e-12).epsilon(0));
  CHECK(of_equal.stddev < 1e-6);
  // Four classes, as many pictures of each; what no picture is costs nothing.
  const at::Tensor sure = at::eye(7, at::kDouble).narrow(0, 0, 4).repeat({10, 1}) * 2000;
  CHECK(inception_score(sure, {.splits = 1}).mean == support::Approx(4).margin(1e-9).epsilon(0));
}

TEST_CASE("pictures are dealt to parts by the seed, and every one counts", "[inception_score]") {
  const at::Tensor logits = support::noise({23, 5}, at::kDouble, 2) * 3;
  const InceptionScore first = inception_score(logits, {.splits = 4, .seed = 1});
  CHECK(first.mean == inception_score(logits, {.splits = 4, .seed = 1}).mean);
  CHECK(first.mean != inception_score(logits, {.splits = 4, .seed = 2}).mean);
  CHECK(first.stddev > 0);
  // In one part, the order is of no account.
  CHECK(inception_score(logits, {.splits = 1, .seed = 1}).mean ==
        support::Approx(inception_score(logits, {.splits = 1, .seed = 2}).mean).epsilon(1e-12));
}

}  // namespace styler
