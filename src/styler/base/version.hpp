#pragma once

#include <string>

namespace styler {
/// `0.1.0`
std::string program_version();
/// `4.6.0`, of the OpenCV that this program was built with.
std::string opencv_version();
/// What --version prints: this program and the libraries that decide what it computes.
std::string version_text();

/// `1.13.1`: of the LibTorch that this library was built with; for --version and reports.
std::string libtorch_version();
/// `13.0`, or empty when that LibTorch was built without CUDA.
std::string cuda_version();

}  // namespace styler
