#include "styler/app/host/memory.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

#include "styler/app/host/control_groups.hpp"
#include "styler/base/text/parse_text.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kUnlimitedBytes = std::numeric_limits<int64_t>::max();

/// The number behind a name in lines such as `MemTotal:  16315488 kB` and `inactive_file 4096`; the unit is dropped.
std::optional<int64_t> entry(const fs::path& file, const std::string& name) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (line.rfind(name, 0) != 0) continue;
    const size_t begin = line.find_first_of("0123456789", name.size());
    if (begin == std::string::npos) return std::nullopt;
    const size_t end = std::min(line.find_first_not_of("0123456789", begin), line.size());
    return parse_whole(std::string_view(line).substr(begin, end - begin));
  }
  return std::nullopt;
}

/// How one version calls its files.
struct GroupFiles {
  const char* limit;
  const char* usage;
  const char* reclaimable;  ///< In memory.stat.
};
constexpr GroupFiles kVersion1 = {"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "};
constexpr GroupFiles kVersion2 = {"memory.max", "memory.current", "inactive_file "};

void apply_limit(const fs::path& group, const GroupFiles& names, MachineMemory& memory) {
  const auto limit = parse_whole(first_line(group / names.limit));  // `max` is none, and in version 1 2^63 less a page
  if (!limit) return;
  memory.total = std::min(memory.total, *limit);
  const int64_t usage = parse_whole(first_line(group / names.usage)).value_or(0);
  const int64_t reclaimable = entry(group / "memory.stat", names.reclaimable).value_or(0);
  memory.available = std::min(memory.available, std::max<int64_t>(0, *limit - usage + reclaimable));
}

}  // namespace

MachineMemory machine_memory(const fs::path& root) {
  const fs::path information = root / "proc/meminfo";
  const auto kilobytes = [&](const char* name) { return entry(information, name); };
  MachineMemory memory;
  memory.total = kilobytes("MemTotal:").value_or(kUnlimitedBytes / 1024) * 1024;
  memory.available = kilobytes("MemAvailable:").value_or(memory.total / 1024) * 1024;
  const ControlGroups groups = control_groups("memory", root);
  for (const fs::path& group : groups.version_1) apply_limit(group, kVersion1, memory);
  for (const fs::path& group : groups.version_2) apply_limit(group, kVersion2, memory);
  return memory;
}

int64_t resident_memory_bytes() {
  std::ifstream stream("/proc/self/statm");
  int64_t all = 0;
  int64_t resident = 0;
  stream >> all >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

int64_t peak_memory_bytes() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return int64_t{usage.ru_maxrss} * 1024;  // Linux counts in kibibytes
}

int64_t default_memory_limit(const MachineMemory& memory, int64_t resident_bytes) {
  return resident_bytes + static_cast<int64_t>(kUsablePart * static_cast<double>(memory.available));
}

}  // namespace styler::app
