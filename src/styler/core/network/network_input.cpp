#include "styler/core/network/network_input.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <array>
#include <utility>

namespace styler {

NetworkInput::NetworkInput(const InputConvention& convention, const ComputeDevice& device)
    : bgr_(convention.bgr), dtype_(device.network_dtype) {
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

at::Tensor NetworkInput::scaled(const at::Tensor& picture) const {
  const at::Tensor input = picture * scale_ + shift_;
  return bgr_ ? input.flip({1}) : input;
}

at::Tensor NetworkInput::of(const at::Tensor& picture) const {
  return scaled(picture).to(dtype_).contiguous(at::MemoryFormat::ChannelsLast);
}

void NetworkInput::write(const at::Tensor& picture, const at::Tensor& input) const {
  input.zero_();
  input.narrow(1, 0, 3).copy_(scaled(picture));
}

PullBack NetworkInput::way_back(const at::Tensor& input, BlockRange blocks, PullBack backward) const {
  return [this, backward = std::move(backward), is_picture = blocks.first == 1, sizes = input.sizes().vec(),
          options = input.options()](const FeatureGradients& feature_gradients, at::Tensor output_gradient) {
    const at::NoGradGuard no_grad;
    at::Tensor gradient = backward(feature_gradients, std::move(output_gradient));
    if (gradient.defined()) {
      return is_picture ? picture_gradient(gradient, options.dtype().toScalarType()) : gradient;
    }
    const at::Tensor zero = at::zeros(sizes, options);
    return is_picture ? zero : zero.contiguous(at::MemoryFormat::ChannelsLast);
  };
}

at::Tensor NetworkInput::picture_gradient(const at::Tensor& gradient, at::ScalarType dtype) const {
  const at::Tensor colours = gradient.narrow(1, 0, 3).to(scale_.scalar_type());
  return ((bgr_ ? colours.flip({1}) : colours) * scale_).to(dtype).contiguous();
}

}  // namespace styler
