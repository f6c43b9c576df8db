#pragma once

#include <functional>
#include <optional>
#include <string>

namespace styler {

/// Where a process stands among those that train a generator together, and where they meet.
struct ProcessPlace {
  int rank = 0;                         ///< 0 … count − 1; the first writes what the training makes.
  int count = 1;                        ///< 1: there are no others.
  int local_rank = 0, local_count = 1;  ///< The same of those on this machine.
  std::string address;                  ///< Of the machine that the first runs on.
  int port = 0;                         ///< Where it listens for the others.
};

/// The value of an environment variable, if it is set.
using EnvironmentLookup = std::function<std::optional<std::string>(const char* name)>;

/// As whoever started the processes tells each of them: by the variables of PyTorch's launcher torchrun (WORLD_SIZE,
/// RANK, LOCAL_RANK, LOCAL_WORLD_SIZE), or by those of a step of Slurm's srun. MASTER_ADDR and MASTER_PORT say where
/// they meet; of Slurm, without them, on the first of the step's machines, at a port that goes by the job's number.
/// Without WORLD_SIZE and such a step a process is alone.
/// \throws Error{InvalidArgument} naming the variable that is missing or can't be.
ProcessPlace process_place(const EnvironmentLookup& environment);

}  // namespace styler
