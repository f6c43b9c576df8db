#include "styler/core/loss/style/quantiles.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/cumsum.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/lerp.h>
#include <ATen/ops/linalg_qr.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/searchsorted.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <tuple>

#include "styler/base/error.hpp"
#include "styler/core/compute/sorted_rows.hpp"
#include "styler/core/compute/sums.hpp"
#include "styler/core/kernels/feature_rows.hpp"

namespace styler {
namespace {

/// Calls `use(first, values)` for some of the directions after the other; `values` are the features along them, one
/// direction in each row: [k, h·w] in a wide type.
template <typename Use>
void for_each_direction(const at::Tensor& features, const at::Tensor& directions, const Use& use) {
  const at::Tensor rows = rows_of_positions(features).to(wide_type(features));
  const int64_t channels = rows.size(1);
  const int64_t step = std::clamp<int64_t>(at::get_num_threads() * kSortedPerThread / rows.size(0), 1, channels);
  for (int64_t first = 0; first < channels; first += step) {
    const int64_t count = std::min(step, channels - first);
    use(first, directions.defined() ? at::mm(directions.narrow(0, first, count).to(rows.scalar_type()), rows.t())
                                    : rows.narrow(1, first, count).t().contiguous());
  }
}

/// Where one value's part of the distribution ends and the next one's begins, from 0 to 1: [n + 1] where all count
/// alike, [k, n + 1] with weights, which are then brought into each row's order.
at::Tensor borders_of(const at::Tensor& order, const at::Tensor& weights) {
  const int64_t count = order.size(1);
  if (!weights.defined()) return at::linspace(0, 1, count + 1, order.options().dtype(at::kDouble));
  const at::Tensor sorted = weights.reshape(-1).to(at::kDouble).index_select(0, order.reshape(-1)).view_as(order);
  at::Tensor borders = at::zeros({order.size(0), count + 1}, sorted.options());
  borders.narrow(1, 1, count).copy_(at::cumsum(sorted, 1));
  return borders.div_(borders.narrow(1, count, 1).clone());
}

at::Tensor widths_of(const at::Tensor& borders) {
  const int64_t count = borders.size(-1) - 1;
  return borders.narrow(-1, 1, count) - borders.narrow(-1, 0, count);
}

/// ∫ from 0 to each of the distribution's borders: [k, n + 1].
at::Tensor integral_of(const at::Tensor& values, const at::Tensor& widths) {
  at::Tensor integral = at::zeros({values.size(0), values.size(1) + 1}, values.options().dtype(at::kDouble));
  integral.narrow(1, 1, values.size(1)).copy_(at::cumsum(values * widths, 1));
  return integral;
}

/// A row's entries at its own places, or all rows' at the same.
at::Tensor picked(const at::Tensor& rows, const at::Tensor& places) {
  return places.dim() == 1 ? rows.index_select(1, places) : rows.gather(1, places);
}

/// Linear between entry `low` and the next.
at::Tensor between(const at::Tensor& rows, const at::Tensor& low, const at::Tensor& share) {
  return at::lerp(picked(rows, low), picked(rows, low + 1), share);
}

/// An integral over equal parts, at `places` between 0 and 1: [m] or [k, m].
at::Tensor integral_at(const at::Tensor& integral, const at::Tensor& places) {
  const auto parts = static_cast<double>(integral.size(1) - 1);
  const at::Tensor scaled = places * parts;
  const at::Tensor low = scaled.floor().clamp(0, parts - 1);
  return between(integral, low.to(at::kLong), scaled - low);
}

/// The means over each of n equal parts of what is piecewise constant between borders.
at::Tensor equal_parts(const at::Tensor& values, const at::Tensor& borders, int64_t parts) {
  const at::Tensor integral = integral_of(values, widths_of(borders));
  const at::Tensor places = at::linspace(0, 1, parts + 1, borders.options());
  at::Tensor at_places;
  if (borders.dim() == 1) {
    at_places = integral_at(integral, places);
  } else {
    const at::Tensor inner = places.expand({borders.size(0), parts + 1}).contiguous();
    const at::Tensor low =
        (at::searchsorted(borders, inner, /*out_int32=*/false, /*right=*/true) - 1).clamp(0, borders.size(1) - 2);
    const at::Tensor from = borders.gather(1, low);
    const at::Tensor width = (borders.gather(1, low + 1) - from).clamp_min(1e-300);
    at_places = between(integral, low, ((inner - from) / width).clamp(0, 1));
  }
  return widths_of(at_places).mul_(static_cast<double>(parts));
}

}  // namespace

at::Tensor slicing_directions(int64_t channels, const at::Device& device) {
  constexpr uint64_t kSeed = 2021;
  auto generator = at::detail::createCPUGenerator(kSeed);
  const at::Tensor normal = at::randn({channels, channels}, generator, at::TensorOptions().dtype(at::kDouble));
  return std::get<0>(at::linalg_qr(normal)).t().to(device, at::kFloat).contiguous();
}

at::Tensor quantiles_of(const at::Tensor& features, const at::Tensor& directions, const at::Tensor& weights) {
  at::Tensor result = at::empty({features.size(1), kQuantiles}, features.options().dtype(wide_type(features)));
  for_each_direction(features, directions, [&](int64_t first, const at::Tensor& values) {
    const auto [sorted, order] = sorted_rows(values);
    const at::Tensor quantiles = equal_parts(sorted, borders_of(order, weights), kQuantiles);
    result.narrow(0, first, values.size(0)).copy_(quantiles);
  });
  return result;
}

LossAndGradient quantile_loss(const at::Tensor& features, const at::Tensor& quantiles, const at::Tensor& directions,
                              double factor, const at::Tensor& weights, bool with_gradient) {
  STYLER_ASSERT(quantiles.dim() == 2 && quantiles.size(0) == features.size(1) && quantiles.size(1) == kQuantiles);
  LossAndGradient result;
  at::Tensor gradient;  // with respect to rows_of_positions
  if (with_gradient) {
    const auto options = features.options().dtype(wide_type(features));
    gradient = at::zeros({features.size(2) * features.size(3), features.size(1)}, options);
  }
  for_each_direction(features, directions, [&](int64_t first, const at::Tensor& values) {
    const int64_t count = values.size(0);
    const auto [sorted, order] = sorted_rows(values);
    const at::Tensor borders = borders_of(order, weights);
    // Where sums are formed in parallel, a border may lie a rounding error below the one before.
    const at::Tensor widths = widths_of(borders).clamp_min_(0);
    const at::Tensor targets = quantiles.narrow(0, first, count);
    const at::Tensor integral = integral_of(targets, at::full({1}, 1.0 / kQuantiles, widths.options()));
    // A position without weight has no part, and is drawn nowhere.
    const at::Tensor own = widths_of(integral_at(integral, borders)).div_(widths.clamp_min(1e-300));
    const at::Tensor difference = sorted - own;
    at::Tensor weighted = difference * widths;
    result.loss += factor * (difference * weighted).sum().item<double>();
    if (!with_gradient) return;
    const at::Tensor scattered =
        at::empty_like(values).scatter_(1, order, weighted.mul_(2 * factor).to(values.scalar_type()));
    if (directions.defined()) {
      gradient.addmm_(scattered.t(), directions.narrow(0, first, count).to(values.scalar_type()));
    } else {
      gradient.narrow(1, first, count).copy_(scattered.t());
    }
  });
  if (with_gradient) result.gradient = features_of_rows(gradient.to(features.scalar_type()), features);
  return result;
}

double reciprocal_mean_square(const at::Tensor& quantiles) {
  return reciprocal(sum_of_squares(quantiles) / static_cast<double>(kQuantiles));
}

}  // namespace styler
