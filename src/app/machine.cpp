#include "app/machine.hpp"

#include <optional>

#include "app/cpu_count.hpp"
#include "styler/version.hpp"
#include "styler/vgg19.hpp"
#include "styler/weights_store.hpp"

namespace styler::app {

Machine set_up_machine(const TransferOptions& options, spdlog::logger& log) {
  Machine machine;
  MachineChoice& choice = machine.choice;
  choice.device = resolve_device(options.device);
  choice.threads = options.device.threads > 0 ? options.device.threads : usable_physical_cores();
  set_threads(choice.threads);
  log.info("LibTorch {}: {}; {} threads", libtorch_version(), choice.device.reason, choice.threads);

  choice.weights_file =
      find_weights(options.weights.empty() ? std::nullopt : std::optional<std::filesystem::path>(options.weights));
  const VggWeights weights = load_weights(choice.weights_file);
  choice.weights_origin = weights.origin;
  log.info("weights {}, from {} ({})", choice.weights_file.string(), weights.origin.source, weights.origin.licence);
  machine.network = make_vgg19(weights, options.stylize.objective.layers(), options.pooling, choice.device);
  return machine;
}

}  // namespace styler::app
