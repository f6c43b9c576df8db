#include "simulated_device/simulated_device.hpp"

#include <ATen/ATen.h>
#include <ATen/EmptyTensor.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <ATen/native/CPUFallback.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/set_native.h>
#include <ATen/ops/unfold_native.h>
#include <ATen/ops/view_native.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <tuple>

#include "simulated_device/device_memory.hpp"
#include "styler/core/compute/accelerator.hpp"

namespace support {
namespace {

constexpr c10::DeviceType kType = c10::DeviceType::PrivateUse1;
constexpr c10::DeviceIndex kDevices = 2;
const c10::DispatchKeySet kKey(c10::DispatchKey::PrivateUse1);

/// Which device is current. There is one stream, and work is done when it is asked for.
struct Guard final : c10::impl::DeviceGuardImplInterface {
  c10::DeviceType type() const override { return kType; }
  c10::Device exchangeDevice(c10::Device device) const override {
    const c10::Device before = getDevice();
    setDevice(device);
    return before;
  }
  c10::Device getDevice() const override { return {kType, current_device_index()}; }
  void setDevice(c10::Device device) const override {
    TORCH_CHECK(device.index() >= 0 && device.index() < kDevices, "there is no device ", device);
    current_device_index() = device.index();
  }
  void uncheckedSetDevice(c10::Device device) const noexcept override { current_device_index() = device.index(); }
  c10::Stream getStream(c10::Device device) const noexcept override {
    return c10::Stream(c10::Stream::DEFAULT, device);
  }
  c10::Stream exchangeStream(c10::Stream stream) const noexcept override { return stream; }
  c10::DeviceIndex deviceCount() const noexcept override { return kDevices; }
};

/// What autograd asks before it goes back.
struct Hooks final : at::PrivateUse1HooksInterface {
  bool hasPrimaryContext(c10::DeviceIndex /*index*/) const override { return true; }
};

class SimulatedDevices final : public styler::Accelerator {
 public:
  c10::DeviceType type() const override { return kType; }
  int count() const override { return kDevices; }
  bool has_native_bf16(c10::DeviceIndex /*index*/) const override { return true; }
  std::optional<int64_t> free_memory(c10::DeviceIndex index) const override { return free_device_memory(index); }
};

/// The tensor's memory as the host's, of the same shape and strides. For as long as there is an Access to it.
at::Tensor as_host(const at::Tensor& tensor) {
  if (tensor.is_cpu()) return tensor;
  if (tensor.numel() == 0)
    return at::empty_strided(tensor.sizes(), tensor.strides(), tensor.options().device(at::kCPU));
  auto* const first = static_cast<char*>(tensor.storage().mutable_data()) +
                      static_cast<size_t>(tensor.storage_offset()) * tensor.itemsize();
  return at::from_blob(first, tensor.sizes(), tensor.strides(), tensor.options().device(at::kCPU));
}

at::Tensor empty(at::IntArrayRef sizes, std::optional<at::ScalarType> dtype, std::optional<at::Layout> /*layout*/,
                 std::optional<at::Device> device, std::optional<bool> /*pin_memory*/,
                 std::optional<at::MemoryFormat> format) {
  const c10::OptionalDeviceGuard guard(device);
  return at::detail::empty_generic(sizes, device_allocator(), kKey, c10::dtype_or_default(dtype), format);
}

at::Tensor empty_strided(at::IntArrayRef sizes, at::IntArrayRef strides, std::optional<at::ScalarType> dtype,
                         std::optional<at::Layout> /*layout*/, std::optional<at::Device> device,
                         std::optional<bool> /*pin_memory*/) {
  const c10::OptionalDeviceGuard guard(device);
  return at::detail::empty_strided_generic(sizes, strides, device_allocator(), kKey, c10::dtype_or_default(dtype));
}

at::Tensor copy_from(const at::Tensor& source, const at::Tensor& target, bool /*non_blocking*/) {
  const Access from(source.storage());
  const Access to(target.storage());
  as_host(target).copy_(as_host(source));
  return target;
}

at::Tensor copy_from_and_resize(const at::Tensor& source, const at::Tensor& target) {
  target.resize_(source.sizes());
  return copy_from(source, target, /*non_blocking=*/false);
}

const at::Tensor& resize(const at::Tensor& tensor, at::IntArrayRef sizes, std::optional<at::MemoryFormat> format) {
  if (tensor.sizes() == sizes) return tensor;
  const c10::OptionalDeviceGuard guard(tensor.device());
  at::TensorImpl* const impl = tensor.unsafeGetTensorImpl();
  impl->set_sizes_contiguous(sizes);
  if (format && *format != at::MemoryFormat::Preserve) impl->empty_tensor_restride(*format);
  const size_t needed = (static_cast<size_t>(tensor.storage_offset() + tensor.numel())) * tensor.itemsize();
  const c10::Storage& storage = tensor.storage();
  if (needed > storage.nbytes()) {  // of what was there LibTorch promises nothing to those that it resizes
    storage.set_data_ptr_noswap(device_allocator()->allocate(needed));
    storage.set_nbytes(needed);
  }
  return tensor;
}

/// \throws c10::Error for an operand that lies elsewhere than the rest, as CUDA's operations do.
void check_same_device(const std::string& operation, std::optional<c10::Device>& device, const c10::IValue& operand) {
  if (operand.isList()) {
    for (const c10::IValue& entry : operand.toListRef()) check_same_device(operation, device, entry);
  }
  if (!operand.isTensor() || !operand.toTensor().defined()) return;
  const at::Tensor& tensor = operand.toTensor();
  if (tensor.is_cpu() && tensor.dim() == 0) return;
  if (!device) device = tensor.device();
  TORCH_CHECK(tensor.device() == *device, operation, " got tensors of ", *device, " and of ", tensor.device());
}

void on_the_processor(const c10::OperatorHandle& operation, torch::jit::Stack* stack) {
  std::optional<c10::Device> device;
  for (const c10::IValue& operand : torch::jit::last(*stack, operation.schema().arguments().size())) {
    check_same_device(operation.schema().name(), device, operand);
  }
  at::native::cpu_fallback(operation, stack, /*error_on_views=*/true);
}

at::Tensor convolution(const at::Tensor& input, const at::Tensor& kernel, const std::optional<at::Tensor>& bias,
                       at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation, bool transposed,
                       at::IntArrayRef output_padding, int64_t groups) {
  std::optional<c10::Device> device;
  for (const at::Tensor& operand : {input, kernel, bias.value_or(at::Tensor())}) {
    check_same_device("convolution", device, operand);
  }
  const auto there = bias && bias->defined() ? std::optional(bias->cpu()) : std::nullopt;
  return at::convolution(input.cpu(), kernel.cpu(), there, stride, padding, dilation, transposed, output_padding,
                         groups)
      .to(input.device());
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> convolution_backward(const at::Tensor& gradient, const at::Tensor& input,
                                                                    const at::Tensor& kernel, at::IntArrayRef stride,
                                                                    at::IntArrayRef padding, at::IntArrayRef dilation,
                                                                    bool transposed, at::IntArrayRef output_padding,
                                                                    int64_t groups, std::array<bool, 3> wanted) {
  std::optional<c10::Device> device;
  for (const at::Tensor& operand : {gradient, input, kernel})
    check_same_device("convolution_backward", device, operand);
  const auto of_bias = wanted[2] ? at::OptionalIntArrayRef({kernel.size(0)}) : at::OptionalIntArrayRef();
  const auto [of_input, of_kernel, bias] =
      at::convolution_backward(gradient.cpu(), input.cpu(), kernel.cpu(), of_bias, stride, padding, dilation,
                               transposed, output_padding, groups, wanted);
  const auto back = [&](const at::Tensor& tensor) { return tensor.defined() ? tensor.to(input.device()) : tensor; };
  return {back(of_input), back(of_kernel), back(bias)};
}

}  // namespace

// What has to know the device's memory, and what would share it with another tensor.
TORCH_LIBRARY_IMPL(aten, PrivateUse1, library) {
  library.impl("empty.memory_format", &empty);
  library.impl("empty_strided", &empty_strided);
  library.impl("_copy_from", &copy_from);
  library.impl("_copy_from_and_resize", &copy_from_and_resize);
  library.impl("resize_", &resize);
  library.impl("as_strided", &at::native::as_strided_tensorimpl);
  library.impl("view", TORCH_FN(static_cast<at::Tensor (*)(const at::Tensor&, at::IntArrayRef)>(at::native::view)));
  library.impl("_reshape_alias", &at::native::_reshape_alias);
  library.impl("unfold", &at::native::unfold);
  library.impl("set_.source_Storage_storage_offset", &at::native::set_storage_cpu_);
  library.impl("convolution_overrideable", &convolution);
  library.impl("convolution_backward_overrideable", &convolution_backward);
}

// Everything else.
TORCH_LIBRARY_IMPL(_, PrivateUse1, library) {
  library.fallback(torch::CppFunction::makeFromBoxedFunction<&on_the_processor>());
}

void plug_simulated_devices(int64_t capacity_bytes) {
  set_device_capacity(capacity_bytes);
  c10::register_privateuse1_backend("simulated");
  c10::SetAllocator(kType, device_allocator());
  static const c10::impl::DeviceGuardImplRegistrar registrar(kType, new Guard);  // kept for good by LibTorch
  at::RegisterPrivateUse1HooksInterface(new Hooks);                              // likewise
  styler::use_accelerator(std::make_unique<SimulatedDevices>());
}

}  // namespace support
