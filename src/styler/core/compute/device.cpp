#include "styler/core/compute/device.hpp"

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros.h>
#include <dlfcn.h>

#include "styler/base/error.hpp"
#include "styler/base/version.hpp"
#include "styler/core/compute/accelerator.hpp"
#include "styler/core/kernels/cpu_kernels.hpp"
#include "styler/options/machine/device_options.hpp"

namespace styler {
namespace {

/// Not by what LibTorch says of itself: one that has CUDA denies it where no GPU answers.
std::string no_cuda_reason() {
  return cuda_version().empty() ? "this LibTorch (" + libtorch_version() + ") was built without CUDA"
                                : "no GPU answers";
}

/// Has OpenBLAS take its workspace while there is some: when it finds none in the midst of a run, it tries again for
/// ever. Of the 128 MB of addresses that Debian's takes it uses little.
void take_blas_workspace() {
  constexpr int64_t kEnough = 160'000'000;
  static_cast<void>(at::empty({kEnough}, at::kByte));  // throws where there is none
  const at::Tensor matrix = at::zeros({256, 256}, at::kFloat);
  static_cast<void>(at::mm(matrix, matrix));  // large enough not to do without
}

/// LibTorch's pool for mobile networks, which nothing here uses, is made when threads are first set, with a thread for
/// every processor of the machine. Where so many can't be started it waits for ever. The flag is called differently
/// with gflags (Debian's) and without.
void size_mobile_pool(int count) {
  for (const char* const name : {"_ZN3fLI22FLAGS_pthreadpool_sizeE", "FLAGS_pthreadpool_size"}) {
    if (auto* const size = static_cast<int*>(dlsym(RTLD_DEFAULT, name))) *size = count;
  }
}

c10::Device resolve_name(const std::string& name, std::string& reason) {
  if (name == "cpu") {
    reason = "cpu, as asked for";
    return c10::DeviceType::CPU;
  }
  const int gpu_count = accelerator().count();
  if (name == "auto") {
    if (gpu_count > 0) {
      reason = "cuda:0, since a GPU answers";
      return {accelerator().type(), 0};
    }
    reason = "cpu, since " + no_cuda_reason();
    return c10::DeviceType::CPU;
  }
  const int index = parse_gpu_index(name);
  if (gpu_count == 0) {
    throw Error(ErrorCode::Device,
                "device '" + name + "' can't be used, since " + no_cuda_reason() + "; use --device cpu");
  }
  if (index >= gpu_count) {
    throw Error(ErrorCode::Device, "device '" + name + "' is not there: the last GPU is cuda:" +
                                       std::to_string(gpu_count - 1) + "; use that or --device auto");
  }
  reason = "cuda:" + std::to_string(index) + ", as asked for";
  return {accelerator().type(), static_cast<c10::DeviceIndex>(index)};
}

}  // namespace

std::string ComputeDevice::precision_name() const {
  return std::string(kPrecisions.word(network_dtype == c10::ScalarType::BFloat16 ? Precision::Bf16 : Precision::Fp32));
}

ComputeDevice resolve_device(const DeviceOptions& options) {
  options.validate();
  ComputeDevice result;
  result.device = resolve_name(options.device, result.reason);

  const bool is_cpu = result.device.is_cpu();
  const bool native = is_cpu ? cpu_has_native_bf16() : accelerator().has_native_bf16(result.device.index());
  const std::string processor = is_cpu ? "processor" : "GPU";
  if (options.precision == Precision::Bf16) {
    result.network_dtype = c10::ScalarType::BFloat16;
    result.reason += "; bf16, as asked for" + (native ? "" : ", though this " + processor + " only emulates it");
  } else if (options.precision == Precision::Auto && native) {
    result.network_dtype = c10::ScalarType::BFloat16;
    result.reason += "; bf16, since this " + processor + " has it natively";
  } else {
    result.reason += options.precision == Precision::Fp32 ? "; fp32, as asked for"
                                                          : "; fp32, since this " + processor + " has no native bf16";
  }
  return result;
}

bool cpu_has_native_bf16() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bf16") != 0;  // every processor with AMX has it too
#else
  return false;
#endif
}

std::optional<int64_t> free_gpu_memory(const ComputeDevice& device) {
  if (device.device.is_cpu()) return std::nullopt;
  return accelerator().free_memory(device.device.index());
}

void set_threads(int count) {
  STYLER_ASSERT(count >= 1);
  size_mobile_pool(count);
  at::set_num_threads(count);
  // Debian's LibTorch calls BLAS through the alternatives system and does not know that it is OpenBLAS, which then
  // takes every core it sees. Beside our own kernels it is only in the way: its threads keep asking for work long after
  // theirs is done, and take half the time of two cores.
  if (!cpu_kernels(c10::ScalarType::Float).empty()) count = 1;
  using SetThreads = void (*)(int);
  if (const auto set_blas_threads = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) {
    set_blas_threads(count);
    take_blas_workspace();
  }
}

}  // namespace styler
