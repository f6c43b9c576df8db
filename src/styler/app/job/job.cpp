#include "styler/app/job/job.hpp"

#include <algorithm>
#include <utility>

#include "styler/app/host/memory_budget.hpp"
#include "styler/app/job/fine_style.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/clock.hpp"
#include "styler/base/error.hpp"
#include "styler/base/failure.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler::app {
namespace {

/// Gives the style its fine strokes.
/// \return what is left of --time-limit.
double paint_strokes(const Machine& machine, JobInput& input, const JobOptions& options,
                     const PaintListeners& listeners) {
  const double start = seconds_now();
  const FeatureExtractor& network = machine.network(kPictureNetwork);
  network.release_memory();  // before it is asked how much is left
  const Size size = finest_style_size(input, options, network.min_edge());
  paint_fine_style(machine.network(kFineStyleNetwork), machine.choice, input, options, size, listeners);
  const double limit = options.stylize.optimizer.time_limit_seconds;
  return limit > 0 ? std::max(limit - (seconds_now() - start), 1e-3) : limit;
}

/// What is known of a painting before it begins.
void begin_record(JobRecord& record, const MachineChoice& machine, const StylizeInput& pictures) {
  record.machine = machine;
  if (pictures.content.colour.defined()) record.content_size = own_size(pictures.content);
  record.styles = style_records(pictures);
  record.regions = region_records(pictures);
}

/// Of a state that a painting goes on from.
int64_t state_bytes(const RunState& state) {
  const MinimizerState& minimizer = state.minimizer;
  size_t bytes = minimizer.x.nbytes() + minimizer.best.nbytes() + minimizer.accepted.nbytes();
  for (const auto& [name, tensor] : state.optimizer) bytes += tensor.nbytes();
  return static_cast<int64_t>(bytes);
}

void end_record(JobRecord& record, const StylizeResult& result, const std::vector<ScaleRecord>& scales) {
  record.scales = scales;
  record.stopped = result.stopped;
  if (result.stopped) {
    const bool by_user = result.scales.back().summary.termination == Termination::StoppedByUser;
    record.exit_code = by_user ? kInterrupted : kUserError;
  }
  record.output_size = picture_size(result.picture.colour);
  if (result.saved_loss.total > 0) record.saved_loss = result.saved_loss;
}

}  // namespace

Job Job::read(JobOptions options, const WarningSink& warn, PictureCache* shared) {
  JobInput input = read_inputs(options, warn, shared);
  return {std::move(options), std::move(input)};
}

void Job::share_style_targets(StyleTargetCache& cache) {
  STYLER_ASSERT(input_.pictures.regions.empty() && options_.fine_style.empty());
  input_.pictures.style_cache = &cache;
  size_t next = 0;
  for (const std::vector<std::string>& style : input_.hashes.styles) {
    for (const std::string& hash : style) input_.pictures.styles[next++].cache_key = hash;
  }
}

void Job::paint(const Machine& machine, const PaintListeners& listeners, std::optional<Checkpoint> from) {
  StylizeOptions stylize = options_.stylize;
  if (!options_.fine_style.empty()) {
    stylize.optimizer.time_limit_seconds = paint_strokes(machine, input_, options_, listeners);
  }
  const StylizeInput& pictures = input_.pictures;
  const FeatureExtractor& network = machine.network(kPictureNetwork);
  RunObservers observers(listeners, make_schedule(original_size(pictures), stylize.schedule, network.min_edge()),
                         stylize.optimizer.time_limit_seconds);
  RecordingObserver recording(from ? std::move(from->scales) : std::vector<ScaleRecord>());
  observers.add(recording);
  if (listeners.picture != nullptr) observers.add(*listeners.picture);
  begin_record(record_, machine.choice, pictures);
  network.release_memory();  // before it is asked how much is left
  MemoryBudget budget = memory_budget(stylize.memory, machine.choice);
  // What the painting goes on from is in use already, and its plans count it as theirs.
  if (from) budget.fixed_bytes = std::max<int64_t>(0, budget.fixed_bytes - state_bytes(from->state));
  StylizeResult result = styler::stylize(network, machine.choice.device, pictures, stylize, observers, budget,
                                         from ? std::optional(std::move(from->state)) : std::nullopt);
  end_record(record_, result, recording.scales());
  picture_ = std::move(result.picture);
  input_.pictures = {};
}

std::string Job::write(const WarningSink& warn) const {
  std::string parameters = parameters_text(options_, hashes(record_.machine), record_);
  const PictureNotes notes{options_.metadata.none ? std::string() : parameters, input_.photo};
  write_picture_or_rescue(picture_, options_.output, options_.write, notes, warn);
  return parameters;
}

InputHashes Job::hashes(const MachineChoice& machine) const {
  InputHashes hashes = input_.hashes;
  hashes.weights = machine.weights_origin.sha256;
  return hashes;
}

}  // namespace styler::app
