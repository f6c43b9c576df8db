#include "styler/options/machine/process_place.hpp"

#include <cstdint>
#include <string_view>

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"

namespace styler {
namespace {

constexpr int kMostPort = 65535;
/// More would be a mistake, and take longer to meet than to train.
constexpr int kMostProcesses = 1024;
/// torchrun listens itself at the port that it tells, so the first process does so this much above it, or below.
constexpr int kBesideLauncher = 1000;
/// Slurm tells no port: of these ten thousand one by the numbers of job and step.
constexpr int kFirstSlurmPort = 20000, kSlurmPorts = 10000;

class Variables {
 public:
  explicit Variables(const EnvironmentLookup& environment) : environment_(environment) {}

  /// Empty where it is not set.
  std::string text(const char* name) const { return environment_(name).value_or(""); }

  /// \param so  why it must be there, for a message.
  int whole(const char* name, int least, int most, const std::string& so) const {
    const std::string value = text(name);
    if (value.empty()) reject(std::string(name) + " is not set but must be " + so);
    return checked(name, value, least, most);
  }
  int whole_or(const char* name, int least, int most, int otherwise) const {
    const std::string value = text(name);
    return value.empty() ? otherwise : checked(name, value, least, most);
  }

 private:
  static int checked(const char* name, const std::string& value, int least, int most) {
    const std::optional<int64_t> number = parse_whole(value);
    if (number && *number >= least && *number <= most) return static_cast<int>(*number);
    reject("the environment's " + std::string(name) + " is " + "'" + value + "'" + " but must be a whole number from " +
           std::to_string(least) + " to " + std::to_string(most) +
           "; start the processes with torchrun or srun, or unset it to train in one");
  }

  const EnvironmentLookup& environment_;
};

/// The first of the machines that a list of Slurm's names: `node03` of `node[03-05,9],big1`.
std::string first_machine(const std::string& list) {
  const size_t open = list.find('['), comma = list.find(',');
  if (open == std::string::npos || comma < open) return list.substr(0, comma);
  const size_t number = list.find_first_of("-,]", open), closed = list.find(']', open);
  if (number == std::string::npos || closed == std::string::npos) return {};
  const size_t rest = list.find(',', closed);
  const std::string tail =
      rest == std::string::npos ? list.substr(closed + 1) : list.substr(closed + 1, rest - closed - 1);
  return list.substr(0, open) + list.substr(open + 1, number - open - 1) + tail;
}

/// Tasks on this machine: the first number of `2(x3),1`.
int tasks_here(const std::string& per_machine, int count) {
  const auto number = parse_whole(std::string_view(per_machine).substr(0, per_machine.find_first_of("(,")));
  return number && *number >= 1 && *number <= count ? static_cast<int>(*number) : 1;
}

ProcessPlace place_of_launcher(const Variables& variables) {
  ProcessPlace place;
  place.count = variables.whole("WORLD_SIZE", 1, kMostProcesses, "");
  if (place.count == 1) return place;
  const std::string since = " since WORLD_SIZE is " + std::to_string(place.count) +
                            "; start the processes with torchrun, or unset WORLD_SIZE to train in one";
  place.rank = variables.whole("RANK", 0, place.count - 1, "the number of this process, from 0," + since);
  place.local_count = variables.whole_or("LOCAL_WORLD_SIZE", 1, place.count, 1);
  place.local_rank = variables.whole_or("LOCAL_RANK", 0, place.count - 1, 0);
  place.address = variables.text("MASTER_ADDR");
  if (place.address.empty()) reject("MASTER_ADDR is not set but must be the machine of the first process," + since);
  place.port = variables.whole("MASTER_PORT", 1, kMostPort, "where the first process listens," + since);
  if (variables.text("TORCHELASTIC_USE_AGENT_STORE") == "True") {
    place.port += place.port + kBesideLauncher <= kMostPort ? kBesideLauncher : -kBesideLauncher;
  }
  return place;
}

ProcessPlace place_of_slurm(const Variables& variables) {
  ProcessPlace place;
  place.count = variables.whole("SLURM_STEP_NUM_TASKS", 1, kMostProcesses, "");
  if (place.count == 1) return place;
  const std::string since = " since SLURM_STEP_NUM_TASKS is " + std::to_string(place.count);
  place.rank = variables.whole("SLURM_PROCID", 0, place.count - 1, "the number of this task, from 0," + since);
  place.local_count = tasks_here(variables.text("SLURM_STEP_TASKS_PER_NODE"), place.count);
  place.local_rank = variables.whole_or("SLURM_LOCALID", 0, place.count - 1, 0);
  place.address = variables.text("MASTER_ADDR");
  if (place.address.empty()) place.address = first_machine(variables.text("SLURM_STEP_NODELIST"));
  if (place.address.empty()) {
    reject("neither MASTER_ADDR nor SLURM_STEP_NODELIST tells the machine of the first task," + since +
           "; set MASTER_ADDR to it");
  }
  const int64_t job = parse_whole(variables.text("SLURM_JOB_ID")).value_or(0);
  const int64_t step = parse_whole(variables.text("SLURM_STEP_ID")).value_or(0);
  const auto port =
      static_cast<int>((static_cast<uint64_t>(job) * 10 + static_cast<uint64_t>(step)) % kSlurmPorts) + kFirstSlurmPort;
  place.port = variables.whole_or("MASTER_PORT", 1, kMostPort, port);
  return place;
}

}  // namespace

ProcessPlace process_place(const EnvironmentLookup& environment) {
  const Variables variables(environment);
  if (!variables.text("WORLD_SIZE").empty()) return place_of_launcher(variables);
  if (!variables.text("SLURM_STEP_NUM_TASKS").empty()) return place_of_slurm(variables);
  return {};
}

}  // namespace styler
