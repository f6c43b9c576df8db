#include "styler/train/learnt_styles.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/lerp.h>
#include <ATen/ops/zeros_like.h>

#include <map>
#include <string>

#include "styler/base/error.hpp"
#include "styler/core/generator/strength.hpp"

namespace styler {
namespace {

/// The places of parameters with so many dimensions, or of all others, in a row of them all.
at::Tensor places(const Generator& generator, bool of_weights) {
  std::vector<at::Tensor> parts;
  int64_t first = 0;
  const at::TensorOptions whole = generator.numbers().dtype(at::kLong);
  for (const auto& [name, tensor] : generator.parameters()) {
    const bool is_weight = tensor.dim() != 1;
    if (is_weight == of_weights) parts.push_back(at::arange(first, first + tensor.numel(), whole));
    first += tensor.numel();
  }
  return at::cat(parts);
}

}  // namespace

LearntStyles::LearntStyles(const StyledGenerator& start, size_t count, at::Device device)
    : generator_(start.generator.on(device)) {
  STYLER_ASSERT(count >= 1 && count <= start.count());
  for (const auto& [name, tensor] : generator_.parameters()) tensor.requires_grad_(true);
  if (start.count() == 1 && !start.calm.defined()) {
    parameters_ = generator_.parameters();
    return;
  }
  const size_t kept = start.count() - count;
  for (size_t i = 0; i < start.count(); ++i) {
    (i < kept ? kept_ : rows_).push_back(start.row(i).detach().to(device, /*non_blocking=*/false, /*copy=*/true));
  }
  if (learns_weights()) {
    for (const auto& [name, tensor] : generator_.parameters()) {
      if (tensor.dim() != 1) parameters_.emplace_back(name, tensor);
    }
  }
  for (size_t i = 0; i < rows_.size(); ++i) parameters_.emplace_back("style" + std::to_string(i + 1), rows_[i]);
  if (start.calm.defined()) {
    calm_ = start.calm.detach().to(device, /*non_blocking=*/false, /*copy=*/true);
    free_ = free_in_calm_row(generator_);
    if (learns_weights()) parameters_.emplace_back("calm", calm_);
  }
  row_places_ = places(generator_, /*of_weights=*/false);
  weight_places_ = places(generator_, /*of_weights=*/true);
  show({});
}

void LearntStyles::show(const ShownStyle& shown) {
  if (rows_.empty()) return;
  const at::Tensor row = rows_[shown.style].detach();
  STYLER_ASSERT(shown.strength == 1 || knows_strengths());
  take_style(generator_, shown.strength == 1 ? row : at::lerp(calm_.detach(), row, shown.strength));
  generator_.keep_of_photo(photo_share_at(shown.strength));
}

at::Tensor LearntStyles::gradients(const at::Tensor& of_generator, const ShownStyle& shown) const {
  if (rows_.empty()) return of_generator;
  std::vector<at::Tensor> parts;
  if (learns_weights()) parts.push_back(of_generator.index_select(0, weight_places_));
  const at::Tensor of_row = of_generator.index_select(0, row_places_);
  for (size_t i = 0; i < rows_.size(); ++i) {
    parts.push_back(i == shown.style ? of_row * shown.strength : at::zeros_like(rows_[i].detach()));
  }
  if (learns_weights() && knows_strengths()) parts.push_back(of_row * free_ * (1 - shown.strength));
  return at::cat(parts);
}

std::vector<PartOfRow> LearntStyles::others(const ShownStyle& shown) const {
  std::vector<PartOfRow> result;
  int64_t first = learns_weights() && !rows_.empty() ? weight_places_.numel() : 0;
  for (size_t i = 0; i < rows_.size(); ++i) {
    if (i != shown.style) result.push_back({first, rows_[i].numel()});
    first += rows_[i].numel();
  }
  if (learns_weights() && knows_strengths() && shown.strength == 1) result.push_back({first, calm_.numel()});
  return result;
}

StyledGenerator LearntStyles::with(const at::Tensor& row) const {
  int64_t first = 0;
  const auto next = [&](const at::Tensor& like) {
    const at::Tensor part = row.narrow(0, first, like.numel()).view(like.sizes()).clone();
    first += like.numel();
    return part;
  };
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, tensor] : generator_.parameters()) {
    const bool is_learnt = rows_.empty() || (learns_weights() && tensor.dim() != 1);
    tensors[name] = is_learnt ? next(tensor) : tensor.detach().clone();
  }
  for (const auto& [name, tensor] : generator_.frozen()) tensors[name] = tensor.clone();
  StyledGenerator result{Generator(generator_.width(), tensors, generator_.norm()), {}};
  if (rows_.empty()) return result;
  std::vector<at::Tensor> rows = kept_;
  for (const at::Tensor& learnt : rows_) rows.push_back(next(learnt));
  take_style(result.generator, rows.front());
  result.more.assign(rows.begin() + 1, rows.end());
  if (knows_strengths()) result.calm = learns_weights() ? next(calm_) : calm_.detach().clone();
  return result;
}

}  // namespace styler
