#include "styler/app/host/cores.hpp"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include "styler/app/host/control_groups.hpp"
#include "styler/base/text/parse_text.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

constexpr double kUnlimitedCores = std::numeric_limits<double>::infinity();

/// Which core a processor belongs to: package and core number, since core numbers repeat in every package.
/// Machines that don't say (some containers and virtual machines) count every processor as a core.
std::string core_of(int cpu, const fs::path& root) {
  const fs::path topology = root / "sys/devices/system/cpu" / ("cpu" + std::to_string(cpu)) / "topology";
  const std::string core = first_line(topology / "core_id");
  if (core.empty()) return "cpu" + std::to_string(cpu);
  return first_line(topology / "physical_package_id") + ":" + core;
}

double quota_v2(const fs::path& group) {
  std::istringstream line(first_line(group / "cpu.max"));
  std::string quota;
  double period = 0;
  if (!(line >> quota >> period) || period <= 0) return kUnlimitedCores;
  const auto microseconds = parse_decimal(quota);  // `max` is none
  return microseconds ? *microseconds / period : kUnlimitedCores;
}

double quota_v1(const fs::path& group) {
  const auto quota = parse_decimal(first_line(group / "cpu.cfs_quota_us"));
  const auto period = parse_decimal(first_line(group / "cpu.cfs_period_us"));
  return quota && period && *quota > 0 && *period > 0 ? *quota / *period : kUnlimitedCores;
}

/// Processors' worth of time that the control group grants.
double cgroup_quota(const fs::path& root) {
  const ControlGroups groups = control_groups("cpu", root);
  double tightest = kUnlimitedCores;
  for (const fs::path& group : groups.version_1) tightest = std::min(tightest, quota_v1(group));
  for (const fs::path& group : groups.version_2) tightest = std::min(tightest, quota_v2(group));
  return tightest;
}

std::vector<int> allowed_cpus() {
  std::vector<int> cpus;
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) == 0) {
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(static_cast<size_t>(cpu), &set)) cpus.push_back(cpu);
    }
  } else {  // more processors than the set can hold
    for (int cpu = 0; cpu < static_cast<int>(std::thread::hardware_concurrency()); ++cpu) cpus.push_back(cpu);
  }
  return cpus;
}

}  // namespace

int physical_cores(const std::vector<int>& cpus, const fs::path& root) {
  std::set<std::string> cores;
  for (const int cpu : cpus) cores.insert(core_of(cpu, root));
  const double granted = std::min(static_cast<double>(cores.size()), std::floor(cgroup_quota(root)));
  return std::max(1, static_cast<int>(granted));
}

std::optional<int> threads_asked_for(std::string_view omp_num_threads) {
  std::string_view first = parts_of(omp_num_threads, ',').front();
  while (first.starts_with(' ')) first.remove_prefix(1);
  while (first.ends_with(' ')) first.remove_suffix(1);
  return parse_threads(first);
}

int usable_physical_cores() { return physical_cores(allowed_cpus()); }

}  // namespace styler::app
