#include "styler/core/generator/styles.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/lerp.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/zeros_like.h>

#include <numeric>
#include <string>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/generator/strength.hpp"

namespace styler {
namespace {

bool is_of_style(const at::Tensor& parameter) { return parameter.dim() == 1; }

/// Whatever else goes on, these being 0 leave nothing in the sum that a logistic function makes the picture of.
bool is_calmed(const std::string& name) {
  return name == "up2.scale" || name == "up2.shift" || name == "last.bias" || name == "photo.scale";
}

}  // namespace

at::Tensor free_in_calm_row(const Generator& generator) {
  std::vector<at::Tensor> parts;
  for (const auto& [name, tensor] : generator.parameters()) {
    if (!is_of_style(tensor)) continue;
    parts.push_back(is_calmed(name) ? at::zeros_like(tensor.detach()) : at::ones_like(tensor.detach()));
  }
  return at::cat(parts);
}

at::Tensor calm_row(const Generator& generator) { return style_row(generator) * free_in_calm_row(generator); }

at::Tensor style_row(const Generator& generator) {
  std::vector<at::Tensor> parts;
  for (const auto& [name, tensor] : generator.parameters()) {
    if (is_of_style(tensor)) parts.push_back(tensor.detach());
  }
  return at::cat(parts);
}

void take_style(const Generator& generator, const at::Tensor& row) {
  int64_t first = 0;
  for (const auto& [name, tensor] : generator.parameters()) {
    if (!is_of_style(tensor)) continue;
    tensor.detach().copy_(row.narrow(0, first, tensor.numel()));
    first += tensor.numel();
  }
  STYLER_ASSERT(first == row.numel());
}

at::Tensor StyledGenerator::row(size_t style) const {
  STYLER_ASSERT(style < count());
  return style == 0 ? style_row(generator) : more[style - 1];
}

at::Tensor StyledGenerator::blend(const std::vector<double>& shares) const {
  STYLER_ASSERT(shares.size() == count());
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  at::Tensor blend;
  for (size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] == 0) continue;
    if (shares[i] == sum) return row(i);  // to the bit, whatever a product rounds to
    const at::Tensor part = row(i) * (shares[i] / sum);
    blend = blend.defined() ? blend + part : part;
  }
  STYLER_ASSERT(blend.defined());
  return blend;
}

Generator StyledGenerator::painter(const std::vector<double>& shares, double strength) const {
  if (shares.empty() && strength == 1) return generator;
  at::Tensor wanted = shares.empty() ? row(0) : blend(shares);
  if (strength != 1) {
    STYLER_ASSERT(calm.defined());
    wanted = at::lerp(calm, wanted, strength);
  }
  Generator result = generator.with_own_style();
  take_style(result, wanted);
  result.keep_of_photo(photo_share_at(strength));
  return result;
}

StyledGenerator StyledGenerator::on(at::Device device) const {
  StyledGenerator result{generator.on(device), {}};
  if (calm.defined()) result.calm = calm.to(device);
  for (const at::Tensor& row : more) result.more.push_back(row.to(device));
  return result;
}

}  // namespace styler
