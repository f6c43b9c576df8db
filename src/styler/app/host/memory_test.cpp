#include "styler/app/host/memory.hpp"

#include "support/catch.hpp"
#include "support/temp_folder.hpp"

namespace styler::app {
namespace {

constexpr int64_t kMebibyte = int64_t{1} << 20;

/// A machine of 16 GiB with 10 available, in made-up files.
class MadeUpMemory {
 public:
  MadeUpMemory() {
    root.put("proc/meminfo", "MemTotal:       16777216 kB\nMemFree:  1 kB\nMemAvailable:   10485760 kB\n");
  }
  void group_2(const std::string& path, const std::string& limit, int64_t usage, int64_t inactive_file) const {
    const std::string folder = "sys/fs/cgroup/" + path;
    root.put(folder + "memory.max", limit + "\n");
    root.put(folder + "memory.current", std::to_string(usage) + "\n");
    root.put(folder + "memory.stat", "anon 5\nfile 7\ninactive_file " + std::to_string(inactive_file) + "\n");
  }
  MachineMemory memory() const { return machine_memory(root.path()); }

  support::TempFolder root;
};

}  // namespace

TEST_CASE("without control groups the kernel's own numbers count", "[machine_memory]") {
  const MadeUpMemory machine;
  CHECK(machine.memory().total == 16384 * kMebibyte);
  CHECK(machine.memory().available == 10240 * kMebibyte);
}

TEST_CASE("a control group's limit counts, less what it uses, in its own group and above", "[machine_memory]") {
  const MadeUpMemory machine;
  machine.root.put("proc/self/cgroup", "0::/slice/box\n");
  machine.group_2("slice/box/", "max", 900 * kMebibyte, 0);
  CHECK(machine.memory().available == 10240 * kMebibyte);
  machine.group_2("slice/", std::to_string(4096 * kMebibyte), 1000 * kMebibyte, 200 * kMebibyte);
  CHECK(machine.memory().total == 4096 * kMebibyte);
  CHECK(machine.memory().available == (4096 - 1000 + 200) * kMebibyte);
  machine.group_2("slice/box/", std::to_string(2048 * kMebibyte), 100 * kMebibyte, 0);
  CHECK(machine.memory().total == 2048 * kMebibyte);
  CHECK(machine.memory().available == 1948 * kMebibyte);
}

TEST_CASE("a crowded group above leaves less than a tighter limit below", "[machine_memory]") {
  const MadeUpMemory machine;
  machine.root.put("proc/self/cgroup", "0::/slice/box\n");
  machine.group_2("slice/", std::to_string(8192 * kMebibyte), 8000 * kMebibyte, 0);
  machine.group_2("slice/box/", std::to_string(2048 * kMebibyte), 100 * kMebibyte, 0);
  CHECK(machine.memory().total == 2048 * kMebibyte);
  CHECK(machine.memory().available == 192 * kMebibyte);
}

TEST_CASE("a container sees its memory limit at the mount itself", "[machine_memory]") {
  const MadeUpMemory machine;
  machine.root.put("proc/self/cgroup", "0::/\n");
  machine.group_2("", std::to_string(1024 * kMebibyte), 2048 * kMebibyte, 0);
  CHECK(machine.memory().available == 0);
}

TEST_CASE("the memory limit of a version 1 control group counts too", "[machine_memory]") {
  const MadeUpMemory machine;
  machine.root.put("proc/self/cgroup", "9:name=systemd:/\n4:memory:/box\n");
  machine.root.put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  machine.root.put("sys/fs/cgroup/memory/memory.usage_in_bytes", "12345\n");
  CHECK(machine.memory().available == 10240 * kMebibyte);
  machine.root.put("sys/fs/cgroup/memory/box/memory.limit_in_bytes", std::to_string(2048 * kMebibyte) + "\n");
  machine.root.put("sys/fs/cgroup/memory/box/memory.usage_in_bytes", std::to_string(512 * kMebibyte) + "\n");
  machine.root.put("sys/fs/cgroup/memory/box/memory.stat",
                   "inactive_file 1\ntotal_inactive_file " + std::to_string(64 * kMebibyte) + "\n");
  CHECK(machine.memory().total == 2048 * kMebibyte);
  CHECK(machine.memory().available == (2048 - 512 + 64) * kMebibyte);
}

TEST_CASE("this machine has memory, and this process uses some of it", "[machine_memory]") {
  CHECK(machine_memory().total > resident_memory_bytes());
  CHECK(machine_memory().available <= machine_memory().total);
  CHECK(resident_memory_bytes() > kMebibyte);
}

TEST_CASE("a machine that tells nothing does not limit anything", "[machine_memory]") {
  const support::TempFolder nothing;
  CHECK(default_memory_limit(machine_memory(nothing.path()), 0) > (int64_t{1} << 50));
}

TEST_CASE("this process has used some memory", "[machine_memory]") { CHECK(peak_memory_bytes() > 1000000); }

}  // namespace styler::app
