#include "styler/app/films/bytes.hpp"

#include <ATen/TensorOperators.h>

namespace styler::app {

at::Tensor as_bytes(const at::Tensor& picture) {
  return (picture.to(at::kCPU, at::kFloat).clamp(0, 1) * 255).round_().to(at::kByte).contiguous();
}

at::Tensor from_bytes(const at::Tensor& bytes) { return bytes.to(at::kFloat).div_(255); }

}  // namespace styler::app
