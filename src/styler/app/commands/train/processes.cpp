#include "styler/app/commands/train/processes.hpp"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "styler/app/host/cores.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/words.hpp"
#include "styler/core/compute/accelerator.hpp"
#include "styler/core/compute/device.hpp"
#include "styler/train/processes/meeting.hpp"

namespace styler::app {
namespace {

std::optional<std::string> environment_variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

ProcessPlace training_place() { return process_place(environment_variable); }

TrainingOptions options_of_process(const ProcessPlace& place, const TrainingOptions& asked) {
  TrainingOptions options = asked;
  if (place.count == 1) return options;
  const int64_t photos = asked.training.batch_size * place.count;
  if (photos > kMostBatchSize) {
    reject("--batch-size is " + std::to_string(asked.training.batch_size) + " in each of " +
           std::to_string(place.count) + " processes, but a step learns from at most " +
           std::to_string(kMostBatchSize) + " photos; use a smaller one, or fewer processes");
  }
  DeviceOptions& device = options.machine.device;
  if (device.device == "auto" || device.device == "cuda") {
    // Slurm shows each task its own GPU alone, as the first.
    const int gpu = accelerator().count() == 1 ? 0 : place.local_rank;
    if (resolve_device(device).device.is_cuda()) device.device = "cuda:" + std::to_string(gpu);
  }
  const std::string threads = environment_variable("OMP_NUM_THREADS").value_or("");
  if (device.threads == 0 && !threads_asked_for(threads)) {
    device.threads = std::max(1, usable_physical_cores() / place.local_count);
  }
  if (place.rank == 0) return options;
  for (std::filesystem::path* const written :
       {&options.report, &options.preview, &options.log_folder, &options.checkpoint, &options.messages.log_file}) {
    written->clear();
  }
  options.messages.verbosity = 0;
  return options;
}

std::unique_ptr<Collective> meet_others(const ProcessPlace& place, const TrainingOptions& options) {
  if (place.count == 1) return nullptr;
  const at::Device device = resolve_device(options.machine.device).device;
  if (!can_train_together(device)) {
    throw Error(ErrorCode::Device,
                "this process was started as one of " + std::to_string(place.count) +
                    " that train together, which this build of styler can't do on a " +
                    (device.is_cpu() ? "processor, since Gloo was not found; build it with Debian's libtorch-dev and "
                                       "libgloo-dev, or start one process alone"
                                     : "GPU, since neither NCCL nor Gloo was found; start one process alone"));
  }
  return meet_processes(place, device, StopSignals::requested);
}

void check_same_training(Collective& others, const TrainingOptions& options, const nlohmann::ordered_json& identity,
                         const TrainingPosition& position) {
  nlohmann::ordered_json same = identity;
  same.erase("chosen");  // processors may be of several kinds
  same.erase("precision");
  same["time"] = options.seconds;
  same["step"] = position.steps;
  std::vector<std::string> numbers;
  for (const int rank : with_other_text(line_text(same), others)) numbers.push_back(std::to_string(rank));
  if (numbers.empty()) return;
  reject(
      "the processes are to train the same generator, but of " + std::to_string(others.count()) + " number " +
      joined(numbers, ", ") +
      " has other options, pictures or steps than number 0; start all with the same command, where the same files are "
      "under the same names");
}

}  // namespace styler::app
