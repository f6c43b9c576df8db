#include "styler/core/metrics/inception_score.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "support/catch.hpp"
#include "support/tensors.hpp"

namespace styler {

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
