#pragma once

#include <filesystem>

#include "styler/options/device_options.hpp"

namespace styler::app {

/// Where a command computes, and with whose numbers: all that it takes to set up a machine.
struct MachineOptions {
  DeviceOptions device;
  std::filesystem::path weights;  ///< Empty: the first place where weights are found.
};

}  // namespace styler::app
