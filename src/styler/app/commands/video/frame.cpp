#include "styler/app/commands/video/frame.hpp"

#include <ATen/TensorOperators.h>

namespace styler::app {

bool is_seen(const Picture& picture) {
  return !picture.alpha.defined() || picture.alpha.sum(at::kDouble).item<double>() > 0;
}

at::Tensor as_bytes(const at::Tensor& picture) {
  return (picture.to(at::kCPU, at::kFloat).clamp(0, 1) * 255).round_().to(at::kByte).contiguous();
}

at::Tensor from_bytes(const at::Tensor& bytes) { return bytes.to(at::kFloat).div_(255); }

}  // namespace styler::app
