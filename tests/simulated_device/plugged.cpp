// With STYLER_SIMULATED_GPU=MEGABYTES in the environment, a test program that this is part of has simulated GPUs.
#include <cstdint>
#include <cstdlib>

#include "simulated_device/simulated_device.hpp"

namespace {

bool plug_where_wanted() {
  if (const char* const megabytes = std::getenv("STYLER_SIMULATED_GPU")) {
    support::plug_simulated_devices(int64_t{std::atoi(megabytes)} << 20);
  }
  return true;
}

// Before main(), since Catch2 brings that.
const bool is_plugged = plug_where_wanted();  // NOLINT(cert-err58-cpp)

}  // namespace
