#include "styler/core/loss/position_weights.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/_upsample_bilinear2d_aa.h>
#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/max_pool2d.h>

#include "styler/base/error.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler {
namespace {

/// Shares nearer than this to 0 and 1 are meant to be that.
constexpr double kRounding = 1e-5;

/// The mean over each feature's cell of the picture.
at::Tensor mean_of_cells(const at::Tensor& map, Size size) {
  return at::adaptive_avg_pool2d(map, {size.height, size.width});
}

/// The least of each position and its eight neighbours, as far as the map goes.
at::Tensor eroded(const at::Tensor& map) { return at::max_pool2d(map.neg(), {3, 3}, {1, 1}, {1, 1}).neg(); }

double sum_of(const at::Tensor& weights) { return weights.sum(at::kDouble).item<double>(); }

}  // namespace

at::Tensor resized_share(const at::Tensor& share, Size size) {
  if (picture_size(share) == size) return share;
  at::Tensor result = at::_upsample_bilinear2d_aa(where_it_can_be_resized(share, size).contiguous(),
                                                  {size.height, size.width}, /*align_corners=*/false)
                          .to(share.device());
  result.masked_fill_(result < kRounding, 0);
  return result.masked_fill_(result > 1 - kRounding, 1);
}

PositionWeights position_weights(const std::vector<Layer>& layers, Size picture, const at::Tensor& alpha,
                                 const at::Tensor& share) {
  PositionWeights result;
  for (const Layer& layer : layers) {
    const Size size = {picture.height / layer.stride(), picture.width / layer.stride()};
    at::Tensor& map = result.maps.emplace_back();
    double& sum = result.sums.emplace_back(static_cast<double>(size.height * size.width));
    if (alpha.defined()) {
      map = mean_of_cells(alpha, size);
      sum = sum_of(map);
    }
    if (!share.defined()) continue;
    STYLER_ASSERT(picture_size(share) == picture);
    const at::Tensor visible = map;
    const auto take = [&](const at::Tensor& of_region) {
      map = visible.defined() ? visible * of_region : of_region;
      sum = sum_of(map);
      return sum >= kLeastPositions;
    };
    const at::Tensor shares = mean_of_cells(share, size);
    if (take(eroded(shares)) || take(shares)) continue;
    map = at::Tensor();
    sum = 0;
  }
  return result;
}

}  // namespace styler
