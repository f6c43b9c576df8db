#include "styler/core/metrics/structural_similarity.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/conv2d.h>

#include "styler/base/error.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler {
namespace {

constexpr double kWindowDeviation = 1.5;
constexpr int64_t kMiddle = kSimilarityEdge / 2;
constexpr double kSteadiesMeans = 0.01 * 0.01;      // (K₁·L)², L the range of the values: 1
constexpr double kSteadiesVariances = 0.03 * 0.03;  // (K₂·L)²

/// The window's weighted mean around each position, edge by edge.
at::Tensor windowed(const at::Tensor& values) {
  const at::Tensor offsets = at::arange(kSimilarityEdge, at::kDouble) - static_cast<double>(kMiddle);
  at::Tensor weights = (offsets.square() / (-2 * kWindowDeviation * kWindowDeviation)).exp();
  weights = weights / weights.sum();
  return at::conv2d(at::conv2d(values, weights.view({1, 1, -1, 1})), weights.view({1, 1, 1, -1}));
}

}  // namespace

double structural_similarity(const at::Tensor& a, const at::Tensor& b) {
  const Size size = picture_size(a);
  STYLER_ASSERT(size == picture_size(b) && size.short_edge() >= kSimilarityEdge);
  const at::Tensor x = a.to(at::kCPU, at::kDouble).transpose(0, 1);  // channels are pictures
  const at::Tensor y = b.to(at::kCPU, at::kDouble).transpose(0, 1);
  const at::Tensor mean_x = windowed(x);
  const at::Tensor mean_y = windowed(y);
  const at::Tensor variances = windowed(x * x + y * y) - mean_x * mean_x - mean_y * mean_y;
  const at::Tensor covariance = windowed(x * y) - mean_x * mean_y;
  const at::Tensor of_means =
      (2 * mean_x * mean_y + kSteadiesMeans) / (mean_x * mean_x + mean_y * mean_y + kSteadiesMeans);
  const at::Tensor of_rest = (2 * covariance + kSteadiesVariances) / (variances + kSteadiesVariances);
  return (of_means * of_rest).mean().item<double>();
}

}  // namespace styler
