#include "styler/video/motion/figures.hpp"

#include <ATen/TensorOperators.h>

#include <cstdint>

#include "styler/base/error.hpp"
#include "styler/core/colour/colour_transfer.hpp"
#include "styler/video/motion/flow.hpp"
#include "styler/video/motion/mat.hpp"

namespace styler {
namespace {

/// What counts for sure: a share below it is an edge of the mask.
constexpr double kSure = 0.9;

double masked_error(const at::Tensor& picture, const at::Tensor& before, const Flow& back, const at::Tensor& mask) {
  const at::Tensor error = (on_processor(picture) - warped(before, back)).square().mean({1}, /*keepdim=*/true);
  const double counted = mask.sum(at::kDouble).item<double>();
  return counted > 0 ? (error * mask).sum(at::kDouble).item<double>() / counted : 0;
}

}  // namespace

PairFigures pair_figures(const at::Tensor& frame, const at::Tensor& before, const at::Tensor& painted,
                         const at::Tensor& painted_before) {
  STYLER_ASSERT(frame.sizes() == painted.sizes());
  const Flow back = flow_between(frame, before, FlowMethod::Polynomials);
  const Flow forth = flow_between(before, frame, FlowMethod::Polynomials);
  const at::Tensor mask = (reliability_of(back, forth).exact > kSure).to(at::kFloat);
  return {masked_error(painted, painted_before, back, mask), masked_error(frame, before, back, mask),
          mask.mean().item<double>()};
}

double sharpness(const at::Tensor& picture) {
  double sum = 0;
  for (const int64_t edge : {2, 3}) {
    const int64_t steps = picture.size(edge) - 1;
    if (steps < 1) continue;
    const at::Tensor change = picture.narrow(edge, 1, steps) - picture.narrow(edge, 0, steps);
    sum += change.square().mean().item<double>();
  }
  return sum;
}

std::array<double, 3> mean_colour(const at::Tensor& picture) { return colour_statistics({picture, {}}).mean; }

}  // namespace styler
