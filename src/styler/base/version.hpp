#pragma once

#include <string>

namespace styler {

/// `1.13.1`: of the LibTorch that this library was built with; for --version and reports.
std::string libtorch_version();
/// `13.0`, or empty when that LibTorch was built without CUDA.
std::string cuda_version();

}  // namespace styler
