#include "styler/core/metrics/self_similarity.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/mm.h>

#include <algorithm>

#include "styler/base/error.hpp"

namespace styler {

double self_similarity_distance(const at::Tensor& a, const at::Tensor& b) {
  STYLER_ASSERT(a.sizes() == b.sizes() && a.size(0) == 1);
  constexpr int64_t kValuesAtOnce = 4 << 20;
  const auto places_of = [](const at::Tensor& features) {
    return features[0].flatten(1).t().to(at::kFloat).contiguous();  // [positions, C]
  };
  const at::Tensor places_a = places_of(a);
  const at::Tensor places_b = places_of(b);
  const int64_t positions = places_a.size(0);
  const auto channels = static_cast<double>(places_a.size(1));
  const int64_t rows_at_once = std::max<int64_t>(1, kValuesAtOnce / positions);
  double sum = 0;
  for (int64_t first = 0; first < positions; first += rows_at_once) {
    const int64_t rows = std::min(rows_at_once, positions - first);
    const auto log_shares = [&](const at::Tensor& places) {
      return at::log_softmax(at::mm(places.narrow(0, first, rows), places.t()) / channels, /*dim=*/1);
    };
    const at::Tensor shares_a = log_shares(places_a);
    sum += (shares_a.exp() * (shares_a - log_shares(places_b))).sum(at::kDouble).item<double>();
  }
  return sum / static_cast<double>(positions);
}

}  // namespace styler
