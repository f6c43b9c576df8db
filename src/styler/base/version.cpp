#include "styler/base/version.hpp"

namespace styler {

std::string libtorch_version() { return STYLER_LIBTORCH_VERSION; }

std::string cuda_version() { return STYLER_CUDA_VERSION; }

}  // namespace styler
