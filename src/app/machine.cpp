#include "app/machine.hpp"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <optional>

#include "app/cpu_count.hpp"
#include "styler/version.hpp"
#include "styler/vgg19.hpp"
#include "styler/weights_store.hpp"

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

Machine set_up_machine(const TransferOptions& options, spdlog::logger& log) {
  return_freed_memory();
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
  machine.network =
      make_vgg19(weights, options.stylize.objective.layers(), options.pooling, choice.device,
                 options.stylize.schedule.tileable ? Padding::Circular : options.stylize.objective.padding);
  return machine;
}

}  // namespace styler::app
