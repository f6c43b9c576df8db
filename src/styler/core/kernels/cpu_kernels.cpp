#include "styler/core/kernels/cpu_kernels.hpp"

#include <c10/core/ScalarType.h>

namespace styler {

#ifdef STYLER_X86_KERNELS
namespace avx2 {
extern const CpuKernels kernels;
}
namespace avx512 {
extern const CpuKernels kernels;
}
namespace avx512bf16 {
extern const CpuKernels kernels;
}

std::vector<const CpuKernels*> cpu_kernels(c10::ScalarType dtype) {
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool has_avx512 = has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  std::vector<const CpuKernels*> usable;
  if (dtype == c10::ScalarType::BFloat16) {
    if (has_avx512 && __builtin_cpu_supports("avx512bf16")) usable.push_back(&avx512bf16::kernels);
  } else if (dtype == c10::ScalarType::Float) {
    if (has_avx512) usable.push_back(&avx512::kernels);
    if (has_avx2) usable.push_back(&avx2::kernels);
  }
  return usable;
}
#else
std::vector<const CpuKernels*> cpu_kernels(c10::ScalarType /*dtype*/) { return {}; }
#endif

}  // namespace styler
