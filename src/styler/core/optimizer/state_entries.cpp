#include "styler/core/optimizer/state_entries.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>

#include <cmath>

#include "styler/base/error.hpp"

namespace styler {

at::Tensor scalar_tensor(double value) { return at::tensor({value}, at::kDouble); }

bool is_all_finite(const at::Tensor& tensor) { return std::isfinite(tensor.sum(at::kDouble).item<double>()); }

at::Tensor copied_to_device_of(const at::Tensor& like, const at::Tensor& tensor) {
  return tensor.to(like.device(), tensor.scalar_type(), /*non_blocking=*/false, /*copy=*/true).contiguous();
}

void StateEntries::reject(const std::string& name, const std::string& what) {
  throw Error(ErrorCode::Input, "what the optimiser remembered can't be gone on from: '" + name + "' " + what +
                                    "; take another checkpoint, or begin anew");
}

const at::Tensor& StateEntries::entry(const std::string& name) const {
  const auto found = state_.find(name);
  if (found == state_.end() || !found->second.defined()) reject(name, "is missing");
  return found->second;
}

double StateEntries::single(const std::string& name) const {
  const at::Tensor& value = entry(name);
  if (value.scalar_type() != at::kDouble || value.numel() != 1) reject(name, "is no single number");
  return value.item<double>();
}

int64_t StateEntries::whole(const std::string& name, int64_t least, int64_t most) const {
  const double value = single(name);
  if (value >= static_cast<double>(least) && value <= static_cast<double>(most) && value == std::floor(value)) {
    return static_cast<int64_t>(value);
  }
  reject(name, "is no whole number from " + std::to_string(least) + " to " + std::to_string(most));
}

double StateEntries::number(const std::string& name, double most) const {
  const double value = single(name);
  if (!(value >= 0 && value <= most)) reject(name, "is out of range");
  return value;
}

bool StateEntries::has(std::initializer_list<const char*> names) const {
  size_t count = 0;
  for (const char* const name : names) count += state_.count(name);
  if (count == 0) return false;
  for (const char* const name : names) entry(name);
  return true;
}

const at::Tensor& StateEntries::tensor(const std::string& name, at::IntArrayRef shape, at::ScalarType type) const {
  const at::Tensor& value = entry(name);
  if (value.sizes() != shape) reject(name, "has another shape than this run's");
  if (value.scalar_type() != type) reject(name, "is of another type of numbers than this run's");
  return value;
}

const at::Tensor& StateEntries::finite_tensor(const std::string& name, at::IntArrayRef shape,
                                              at::ScalarType type) const {
  const at::Tensor& value = tensor(name, shape, type);
  if (!is_all_finite(value)) reject(name, "holds numbers that are not finite");
  return value;
}

}  // namespace styler
