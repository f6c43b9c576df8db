#include "styler/core/metrics/extrapolation.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/metrics/numpy_random.hpp"

namespace styler {
namespace {

/// \param distance  of the rows with these numbers.
double at_infinity(int64_t count, const ExtrapolationOptions& options,
                   const std::function<double(const at::Tensor&)>& distance) {
  STYLER_ASSERT(count >= 4 && options.points >= 2);
  const int64_t least = std::max<int64_t>(2, std::min(options.least, count / 2));
  NumpyRandom random(options.seed);
  std::vector<double> shares, distances;  // 1/N, and what is measured there
  for (int64_t i = 0; i < options.points; ++i) {
    const int64_t taken = least + (count - least) * i / (options.points - 1);
    shares.push_back(1.0 / static_cast<double>(taken));
    distances.push_back(distance(at::tensor(random.choice(count, taken), at::kLong)));
  }
  // The line of least squares.
  const auto points = static_cast<double>(options.points);
  double share_mean = 0, distance_mean = 0, products = 0, squares = 0;
  for (size_t i = 0; i < shares.size(); ++i) {
    share_mean += shares[i] / points;
    distance_mean += distances[i] / points;
  }
  for (size_t i = 0; i < shares.size(); ++i) {
    products += (shares[i] - share_mean) * (distances[i] - distance_mean);
    squares += (shares[i] - share_mean) * (shares[i] - share_mean);
  }
  return distance_mean - products / squares * share_mean;
}

}  // namespace

double extrapolated_distance(const at::Tensor& rows, const Gaussian& reference, const ExtrapolationOptions& options) {
  return at_infinity(rows.size(0), options, [&](const at::Tensor& chosen) {
    return frechet_distance(gaussian_of_rows(rows.index_select(0, chosen)), reference);
  });
}

double extrapolated_distance(const at::Tensor& rows, const at::Tensor& paired, const ExtrapolationOptions& options) {
  STYLER_ASSERT(rows.sizes() == paired.sizes());
  return at_infinity(rows.size(0), options, [&](const at::Tensor& chosen) {
    return frechet_distance(gaussian_of_rows(rows.index_select(0, chosen)),
                            gaussian_of_rows(paired.index_select(0, chosen)));
  });
}

}  // namespace styler
