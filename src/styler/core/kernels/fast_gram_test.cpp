#include "styler/core/kernels/fast_gram.hpp"

#include <ATen/Parallel.h>

#include "styler/core/loss/style/gram_matrix.hpp"
#include "support/catch.hpp"
#include "support/feature_losses.hpp"
#include "support/tensors.hpp"

using namespace styler;
using support::noise;
using support::relative_error;

namespace {

/// Features as a network puts them out, whose products are exact in float64.
at::Tensor features(int64_t channels, int64_t height, int64_t width, at::ScalarType dtype) {
  return noise({1, channels, height, width}, dtype).contiguous(at::MemoryFormat::ChannelsLast);
}

/// [positions, channels]
at::Tensor positions_of(const at::Tensor& features) {
  return features.to(at::kDouble).permute({0, 2, 3, 1}).reshape({-1, features.size(1)});
}

struct Shape {
  int64_t channels, height, width;
};

}  // namespace

TEST_CASE("fast_gram is F·Fᵀ, and fast_matrix_times M·F", "[fast_gram][processor]") {
  const at::ScalarType dtype = GENERATE(at::kFloat, at::kBFloat16);
  // One position, odd numbers of them, parts of a vector's panel, and enough for several parts.
  const Shape shape = GENERATE(Shape{16, 1, 1}, Shape{48, 3, 5}, Shape{64, 7, 9}, Shape{128, 40, 33}, Shape{512, 9, 7});
  const at::Tensor f = features(shape.channels, shape.height, shape.width, dtype);
  if (!has_fast_gram(f)) return;  // this processor has no kernels for it
  const at::Tensor rows = positions_of(f);

  const at::Tensor gram = fast_gram(f);
  CHECK(at::equal(gram, gram.t()));
  CHECK(relative_error(gram.to(at::kDouble), rows.t().mm(rows)) < 2e-6);

  const at::Tensor matrix = gram / gram.abs().max();
  const at::Tensor expected = rows.mm(matrix.to(dtype).to(at::kDouble));
  const double rounding = dtype == at::kFloat ? 2e-6 : 4e-3;  // bfloat16 keeps 8 bits of the result
  CHECK(relative_error(positions_of(fast_matrix_times(matrix, f)), expected) < rounding);
}

TEST_CASE("the fast Gram products are the same bits on any number of threads", "[fast_gram][processor]") {
  const at::Tensor f = features(64, 61, 47, at::kFloat);
  if (!has_fast_gram(f)) return;  // this processor has no kernels for it
  const int threads_before = at::get_num_threads();
  at::set_num_threads(1);
  const at::Tensor alone = fast_gram(f);
  at::set_num_threads(3);
  const at::Tensor together = fast_gram(f);
  at::set_num_threads(threads_before);
  CHECK(at::equal(alone, together));
}

TEST_CASE("the Gram loss of weighted positions is the reference's", "[fast_gram][processor]") {
  const at::ScalarType dtype = GENERATE(at::kFloat, at::kBFloat16);
  const at::Tensor f = features(32, 300, 900, dtype);  // more than one band
  if (!has_fast_gram(f)) return;                       // this processor has no kernels for it
  const at::Tensor target = at::eye(32, at::kFloat);
  const at::Tensor weights = noise({1, 1, 300, 900}, at::kFloat, 5).clamp(0, 1);
  const LossAndGradient fast = support::gram_loss(f, target, 3.0, weights);
  const LossAndGradient exact =
      support::gram_loss(f.to(at::kDouble), target.to(at::kDouble), 3.0, weights.to(at::kDouble));
  const double rounding = dtype == at::kFloat ? 5e-5 : 1e-2;
  CHECK(fast.loss == support::Approx(exact.loss).epsilon(rounding));
  CHECK(relative_error(fast.gradient.to(at::kDouble), exact.gradient) < rounding);
}
