#pragma once

#include <filesystem>

#include "styler/app/cli/option_table.hpp"
#include "styler/options/machine/device_options.hpp"
#include "styler/options/machine/memory_options.hpp"

namespace styler::app {

/// Where a command computes, and with whose numbers: all that it takes to set up a machine.
struct MachineOptions {
  DeviceOptions device;
  std::filesystem::path weights;  ///< Empty: the first place where weights are found.
};

/// All of them.
void describe(OptionTable& table, MachineOptions& machine);
/// The two parts of these: a job has others between them, since the order of options is hashed.
void describe_precision(OptionTable& table, DeviceOptions& device);
void describe_place(OptionTable& table, MachineOptions& machine);
/// Of describe_place() what a command has without a network of others.
void describe_processors(OptionTable& table, DeviceOptions& device);

void describe(OptionTable& table, MemoryOptions& memory);
/// For a command without tiles: the limit alone.
void describe_limit(OptionTable& table, MemoryOptions& memory);

}  // namespace styler::app
