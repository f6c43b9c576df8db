#include "styler/app/host/machine.hpp"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <optional>
#include <vector>

#include "styler/app/host/threads.hpp"
#include "styler/base/version.hpp"
#include "styler/core/network/vgg19.hpp"
#include "styler/weights/weights_store.hpp"

namespace styler::app {
namespace {

/// Has glibc hand large blocks back to the system when they are freed. By itself it keeps blocks of up to 32 MB for
/// later once such have been freed, which leaves holes: a run then takes up to a fifth more memory than it has in use,
/// and another amount each time.
void return_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);  // setting the first stops glibc from choosing this one
#endif
}

MachineChoice chosen(const MachineOptions& options) {
  MachineChoice choice;
  choice.device = resolve_device(options.device);
  return choice;
}

VggWeights found_weights(const MachineOptions& options, MachineChoice& choice) {
  choice.weights_file =
      find_weights(NetworkName::Vgg19, options.weights.empty() ? std::nullopt : std::optional(options.weights));
  VggWeights weights = load_weights(choice.weights_file);
  choice.weights_origin = weights.origin;
  return weights;
}

}  // namespace

Machine set_up_machine(const MachineOptions& options, const std::vector<NetworkRequest>& networks,
                       spdlog::logger& log) {
  return_freed_memory();
  Machine machine{chosen(options), {}};
  MachineChoice& choice = machine.choice;
  choice.threads = use_threads(options.device.threads, &log);
  log.info("LibTorch {}: {}; {} threads", libtorch_version(), choice.device.reason, choice.threads);
  if (networks.empty()) return machine;

  const VggWeights weights = found_weights(options, choice);
  log.info("weights {}, from {} ({})", choice.weights_file.string(), weights.origin.source, weights.origin.licence);
  for (const NetworkRequest& request : networks) {
    machine.networks.push_back(make_vgg19(weights, request.layers, request.pooling, choice.device, request.padding));
  }
  return machine;
}

}  // namespace styler::app
