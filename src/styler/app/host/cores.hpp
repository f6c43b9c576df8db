#pragma once

#include <filesystem>
#include <vector>

namespace styler::app {

/// Physical cores behind the logical processors `cpus`, as /sys/devices/system/cpu tells them, but no more than whole
/// processors of the control group's time quota (version 1 and 2); at least 1. Two threads of one core share its
/// vector units, so more threads than cores make matrix products slower.
/// \param root  `/`; tests put a folder with made-up files here.
int physical_cores(const std::vector<int>& cpus, const std::filesystem::path& root = "/");

/// The same for the processors that this process may run on.
int usable_physical_cores();

}  // namespace styler::app
