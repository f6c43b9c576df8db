#include "styler/app/host/cores.hpp"

#include "support/catch.hpp"
#include "support/temp_folder.hpp"

namespace styler::app {
namespace {

/// A machine of made-up files under a temporary root.
class MadeUpCores {
 public:
  void cpu(int number, int package, int core) const {
    const std::string topology = "sys/devices/system/cpu/cpu" + std::to_string(number) + "/topology/";
    root.put(topology + "physical_package_id", std::to_string(package) + "\n");
    root.put(topology + "core_id", std::to_string(core) + "\n");
  }
  /// Four cores of two threads each; processor n and n + 4 share core n.
  void four_cores() const {
    for (int number = 0; number < 8; ++number) cpu(number, 0, number % 4);
  }
  int cores(const std::vector<int>& cpus) const { return physical_cores(cpus, root.path()); }

  support::TempFolder root;
};

const std::vector<int> kAllEight = {0, 1, 2, 3, 4, 5, 6, 7};

}  // namespace

TEST_CASE("two threads of one core count once", "[cpu_count]") {
  const MadeUpCores machine;
  machine.four_cores();
  CHECK(machine.cores(kAllEight) == 4);
  CHECK(machine.cores({0, 4}) == 1);
  CHECK(machine.cores({0, 1, 5}) == 2);
}

TEST_CASE("cores with the same number in two packages are two", "[cpu_count]") {
  const MadeUpCores machine;
  machine.cpu(0, 0, 0);
  machine.cpu(1, 1, 0);
  CHECK(machine.cores({0, 1}) == 2);
}

TEST_CASE("without a topology every processor counts, and there is always one", "[cpu_count]") {
  const MadeUpCores machine;
  CHECK(machine.cores({0, 1, 2}) == 3);
  CHECK(machine.cores({}) == 1);
}

TEST_CASE("the quota of a control group limits the count, in its own group and above", "[cpu_count]") {
  const MadeUpCores machine;
  machine.four_cores();
  machine.root.put("proc/self/cgroup", "0::/slice/box\n");

  machine.root.put("sys/fs/cgroup/slice/box/cpu.max", "max 100000\n");
  CHECK(machine.cores(kAllEight) == 4);
  machine.root.put("sys/fs/cgroup/slice/cpu.max", "350000 100000\n");
  CHECK(machine.cores(kAllEight) == 3);
  machine.root.put("sys/fs/cgroup/slice/box/cpu.max", "50000 100000\n");
  CHECK(machine.cores(kAllEight) == 1);
}

TEST_CASE("a container sees its quota at the mount itself", "[cpu_count]") {
  const MadeUpCores machine;
  machine.four_cores();
  machine.root.put("proc/self/cgroup", "0::/\n");
  machine.root.put("sys/fs/cgroup/cpu.max", "200000 100000\n");
  CHECK(machine.cores(kAllEight) == 2);
}

TEST_CASE("the quota of a version 1 control group counts too", "[cpu_count]") {
  const MadeUpCores machine;
  machine.four_cores();
  machine.root.put("proc/self/cgroup", "9:name=systemd:/\n4:memory:/box\n1:cpu,cpuacct:/box\n");
  machine.root.put("sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us", "-1\n");
  machine.root.put("sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_period_us", "100000\n");
  CHECK(machine.cores(kAllEight) == 4);
  machine.root.put("sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us", "200000\n");
  CHECK(machine.cores(kAllEight) == 2);
}

TEST_CASE("the environment's number of threads is its first", "[cpu_count]") {
  CHECK(threads_asked_for("3") == 3);
  CHECK(threads_asked_for(" 4, 2") == 4);
  for (const char* nonsense : {"", "0", "-1", "many", "3x", "99999999999999999999", "1e3", ","}) {
    INFO(nonsense);
    CHECK(threads_asked_for(nonsense) == std::nullopt);
  }
}

TEST_CASE("this machine has at least one core", "[cpu_count]") { CHECK(usable_physical_cores() >= 1); }

}  // namespace styler::app
