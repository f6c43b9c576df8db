#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace styler::app {

/// Physical cores behind the logical processors `cpus`, as /sys/devices/system/cpu tells them, but no more than whole
/// processors of the control group's time quota (version 1 and 2); at least 1. Two threads of one core share its
/// vector units, so more threads than cores make matrix products slower.
/// \param root  `/`; tests put a folder with made-up files here.
int physical_cores(const std::vector<int>& cpus, const std::filesystem::path& root = "/");

/// The same for the processors that this process may run on.
int usable_physical_cores();

/// Threads that OMP_NUM_THREADS asks for, which batch systems set to the share of a machine that they grant: the first
/// of its numbers, which are for loops within loops. None for what is no number that --threads would take.
std::optional<int> threads_asked_for(std::string_view omp_num_threads);

}  // namespace styler::app
