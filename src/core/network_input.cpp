#include "core/network_input.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <array>

namespace styler {

NetworkInput::NetworkInput(const InputConvention& convention, const ComputeDevice& device, int64_t channels)
    : bgr_(convention.bgr), dtype_(device.network_dtype), channels_(channels) {
  const at::ScalarType wide = dtype_ == at::kDouble ? at::kDouble : at::kFloat;
  std::array<double, 3> scale{};
  std::array<double, 3> shift{};
  for (size_t channel = 0; channel < 3; ++channel) {
    scale[channel] = convention.scale / convention.stddev[channel];
    shift[channel] = -convention.mean[channel] / convention.stddev[channel];
  }
  const auto per_channel = [&](const std::array<double, 3>& values) {
    return at::tensor(at::ArrayRef<double>(values), at::kDouble)
        .view({1, 3, 1, 1})
        .to(at::TensorOptions().dtype(wide).device(device.device));
  };
  scale_ = per_channel(scale);
  shift_ = per_channel(shift);
}

at::Tensor NetworkInput::of(const at::Tensor& picture) const {
  at::Tensor input = picture * scale_ + shift_;
  if (bgr_) input = input.flip({1});
  if (channels_ == 3) return input.to(dtype_).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor padded = at::zeros({1, channels_, picture.size(2), picture.size(3)}, input.options().dtype(dtype_))
                                .contiguous(at::MemoryFormat::ChannelsLast);
  padded.narrow(1, 0, 3).copy_(input);
  return padded;
}

at::Tensor NetworkInput::picture_gradient(const at::Tensor& gradient, at::ScalarType dtype) const {
  const at::Tensor colours = gradient.narrow(1, 0, 3).to(scale_.scalar_type());
  return ((bgr_ ? colours.flip({1}) : colours) * scale_).to(dtype).contiguous();
}

}  // namespace styler
