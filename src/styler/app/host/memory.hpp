#pragma once

#include <cstdint>
#include <filesystem>

namespace styler::app {

/// Main memory, in bytes.
struct MachineMemory {
  int64_t total = 0;      ///< Of the machine, or what the control group grants if that is less.
  int64_t available = 0;  ///< More than this can't be taken without swapping or being stopped; 0 when unknown.
};

/// What the kernel says, with the limits of the control groups (version 1 and 2) that the process is in: of its own and
/// of all above. Files in the page cache count as available, as in `free`.
/// \param root  `/`; tests put a folder with made-up files here.
MachineMemory machine_memory(const std::filesystem::path& root = "/");

/// What this process has in use now.
int64_t resident_memory_bytes();

/// The most memory that this process has had in use so far, as the kernel counts it.
int64_t peak_memory_bytes();

/// What a run may have in use if nobody says anything, in bytes: what the process has already and this part of what is
/// available. The rest is for the prediction's error (within 15 % of what is needed), and for other programs.
constexpr double kUsablePart = 0.85;
int64_t default_memory_limit(const MachineMemory& memory, int64_t resident_bytes);

}  // namespace styler::app
