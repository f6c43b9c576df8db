#include "styler/core/compute/accelerator.hpp"

#include <ATen/Context.h>

#ifdef STYLER_WITH_CUDA
#include <ATen/cuda/CUDAContext.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAGuard.h>
#include <cuda_runtime_api.h>
#endif

#include <utility>

#include "styler/base/error.hpp"

namespace styler {
namespace {

class Cuda final : public Accelerator {
 public:
  c10::DeviceType type() const override { return c10::DeviceType::CUDA; }
  int count() const override { return at::hasCUDA() ? static_cast<int>(at::detail::getCUDAHooks().getNumGPUs()) : 0; }
  bool has_native_bf16([[maybe_unused]] c10::DeviceIndex index) const override {
#ifdef STYLER_WITH_CUDA
    return at::cuda::getDeviceProperties(index)->major >= 8;
#else
    return false;
#endif
  }
  std::optional<int64_t> free_memory([[maybe_unused]] c10::DeviceIndex index) const override {
#ifdef STYLER_WITH_CUDA
    const c10::cuda::CUDAGuard guard(index);
    c10::cuda::CUDACachingAllocator::emptyCache();  // what LibTorch only keeps is free too
    size_t free = 0;
    size_t total = 0;
    if (cudaMemGetInfo(&free, &total) == cudaSuccess) return static_cast<int64_t>(free);
#endif
    return std::nullopt;
  }
};

std::unique_ptr<Accelerator>& chosen() {
  static std::unique_ptr<Accelerator> result = std::make_unique<Cuda>();
  return result;
}

}  // namespace

const Accelerator& accelerator() { return *chosen(); }

void use_accelerator(std::unique_ptr<Accelerator> other) {
  STYLER_ASSERT(other != nullptr);
  chosen() = std::move(other);
}

}  // namespace styler
