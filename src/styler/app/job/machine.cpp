#include "styler/app/job/machine.hpp"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <optional>
#include <vector>

#include "styler/app/host/cores.hpp"
#include "styler/base/version.hpp"
#include "styler/core/network/vgg19.hpp"
#include "styler/core/stylize/fine_style.hpp"
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

}  // namespace

Machine set_up_machine(const JobOptions& options, spdlog::logger& log) {
  return_freed_memory();
  Machine machine;
  MachineChoice& choice = machine.choice;
  choice.device = resolve_device(options.machine.device);
  choice.threads = options.machine.device.threads > 0 ? options.machine.device.threads : usable_physical_cores();
  set_threads(choice.threads);
  log.info("LibTorch {}: {}; {} threads", libtorch_version(), choice.device.reason, choice.threads);

  choice.weights_file = find_weights(
      NetworkName::Vgg19,
      options.machine.weights.empty() ? std::nullopt : std::optional<std::filesystem::path>(options.machine.weights));
  const VggWeights weights = load_weights(choice.weights_file);
  choice.weights_origin = weights.origin;
  log.info("weights {}, from {} ({})", choice.weights_file.string(), weights.origin.source, weights.origin.licence);
  const ObjectiveOptions& objective = options.stylize.objective;
  const Padding padding = options.stylize.schedule.tileable ? Padding::Circular : objective.padding;
  machine.network = make_vgg19(weights, objective.layers(), options.pooling, choice.device, padding);
  if (!options.fine_style.empty()) {
    const std::vector<Layer> layers = fine_stroke_options(options.stylize, 0).objective.layers();
    machine.fine_network = make_vgg19(weights, layers, options.pooling, choice.device, objective.padding);
  }
  return machine;
}

}  // namespace styler::app
