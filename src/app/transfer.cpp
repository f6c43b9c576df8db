#include <chrono>
#include <iostream>
#include <memory>

#include "app/commands.hpp"
#include "app/cpu_count.hpp"
#include "app/logging.hpp"
#include "app/observers.hpp"
#include "app/preflight.hpp"
#include "app/progress.hpp"
#include "app/report.hpp"
#include "app/snapshots.hpp"
#include "app/stop_signals.hpp"
#include "app/values.hpp"
#include "app/version.hpp"
#include "styler/atomic_file.hpp"
#include "styler/image_io.hpp"
#include "styler/resample.hpp"
#include "styler/weights_store.hpp"

namespace styler::app {
namespace {

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string size_text(Size size) { return std::to_string(size.width) + "x" + std::to_string(size.height); }

StylizeInput read_input(const TransferOptions& options) {
  StylizeInput input;
  input.content = read_picture(options.content);
  input.style = read_picture(options.style);
  input.init = options.init;
  if (options.init == Init::Picture) input.init_picture = read_picture(options.init_file);
  return input;
}

/// Decides what computes, and tells LibTorch.
void choose_machine(const TransferOptions& options, RunRecord& record, spdlog::logger& log) {
  record.device = resolve_device(options.device);
  record.threads = options.device.threads > 0 ? options.device.threads : usable_physical_cores();
  set_threads(record.threads);
  log.info("LibTorch {}: {}; {} threads", libtorch_version(), record.device.reason, record.threads);
}

std::unique_ptr<FeatureExtractor> load_network(const TransferOptions& options, RunRecord& record, spdlog::logger& log) {
  record.weights_file =
      find_weights(options.weights.empty() ? std::nullopt : std::optional<std::filesystem::path>(options.weights));
  const VggWeights weights = load_weights(record.weights_file);
  record.weights_origin = weights.origin;
  log.info("weights {}, from {} ({})", record.weights_file.string(), weights.origin.source, weights.origin.licence);
  return make_vgg19(weights, options.stylize.objective.layers(), options.pooling, record.device);
}

/// Runs the method with everybody who wants to know of it.
StylizeResult optimise(const FeatureExtractor& network, const StylizeInput& input, const TransferOptions& options,
                       RunRecord& record, Console& console, spdlog::logger& log) {
  const auto schedule = make_schedule(record.content_size, options.stylize.schedule, network.min_edge());
  LogObserver logging(log);
  RecordingObserver recording;
  StopObserver stopping;
  ProgressObserver progress(console, schedule, options.stylize.optimizer.time_limit_seconds, seconds_now);
  SnapshotObserver snapshots(options.output, std::max<int64_t>(1, options.save_every), logging);

  ObserverList observers;
  observers.add(logging);
  observers.add(recording);
  if (!options.messages.quiet) observers.add(progress);
  if (options.save_every > 0) observers.add(snapshots);
  observers.add(stopping);
  StylizeResult result = stylize(network, record.device, input, options.stylize, observers);
  record.scales = recording.scales();
  return result;
}

int transfer(const TransferOptions& options, double start, Console& console, spdlog::logger& log) {
  RunRecord record;
  const StylizeInput input = read_input(options);
  record.content_size = picture_size(input.content.colour);
  record.style_size = picture_size(input.style.colour);
  check_sizes(options, record.content_size, record.style_size);
  log.info("content {} ({} px), style {} ({} px)", options.content.string(), size_text(record.content_size),
           options.style.string(), size_text(record.style_size));
  choose_machine(options, record, log);
  const auto network = load_network(options, record, log);

  const StylizeResult result = optimise(*network, input, options, record, console, log);
  write_picture(result.picture, options.output);
  record.stopped = result.stopped;
  record.exit_code = result.stopped ? kInterrupted : 0;
  record.output_size = picture_size(result.picture.colour);
  if (result.saved_loss.total > 0) record.saved_loss = result.saved_loss;
  record.seconds = seconds_now() - start;
  record.peak_memory_bytes = peak_memory_bytes();
  if (!options.report.empty()) write_file_atomically(options.report, report_text(options, record));

  log.info("{} in {:.1f} s, {} MB at most: {}", result.stopped ? "stopped" : "done", record.seconds,
           record.peak_memory_bytes / 1000000, options.output.string());
  if (!options.messages.quiet) {
    console.line((result.stopped ? "stopped after " : "done in ") + duration_text(record.seconds));
    std::cout << options.output.string() << '\n' << std::flush;
  }
  return record.exit_code;
}

}  // namespace

int run(const TransferOptions& options) {
  const double start = seconds_now();
  options.validate();
  check_outputs(options);
  const StopSignals signals(!options.messages.quiet);
  Console console(std::cerr, stderr_is_terminal(), stderr_columns());
  const auto log = make_logger(options.messages, console);
  log->info("styler {}", program_version());
  try {
    return transfer(options, start, console, *log);
  } catch (const std::exception& error) {
    log->debug("ended by: {}", error.what());  // whole, while the user gets one sentence
    throw;
  }
}

}  // namespace styler::app
