#include "styler/base/version.hpp"

namespace styler {

std::string libtorch_version() { return STYLER_LIBTORCH_VERSION; }

std::string cuda_version() { return STYLER_CUDA_VERSION; }

std::string program_version() { return STYLER_VERSION; }

std::string opencv_version() { return STYLER_OPENCV_VERSION; }

std::string version_text() {
  const std::string cuda = cuda_version();
  return "styler " + program_version() + "\nLibTorch " + libtorch_version() + "\nCUDA " +
         (cuda.empty() ? "none" : cuda) + "\nOpenCV " + opencv_version();
}

}  // namespace styler
