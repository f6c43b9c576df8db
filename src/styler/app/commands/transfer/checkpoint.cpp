#include "styler/app/commands/transfer/checkpoint.hpp"

#include <ATen/ops/empty.h>

#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "styler/app/commands/transfer/checkpoint_identity.hpp"
#include "styler/app/job/record/checkpoint_kind.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/base/error.hpp"
#include "styler/core/storage/bounded_json.hpp"
#include "styler/core/storage/state_file.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

constexpr StateFileKind kKind = checkpoint_kind("styler checkpoint", "4", "a checkpoint");
constexpr const char* kOptimizerPrefix = "optimizer.";

json summary_json(const Summary& summary) {
  return {{"termination", static_cast<int>(summary.termination)},
          {"iterations", summary.iterations},
          {"steps_back", summary.steps_back},
          {"initial_loss", summary.initial_loss},
          {"final_loss", summary.final_loss},
          {"last_loss", summary.last_loss},
          {"elapsed_seconds", summary.elapsed_seconds}};
}

json plan_json(const MemoryPlan& plan) {
  return {{"blocks", plan.tiling.blocks},
          {"edge", plan.tiling.edge},
          {"history_size", plan.history_size},
          {"history_precision", kPrecisions.word(plan.history_precision)},
          {"predicted_bytes", plan.predicted_bytes},
          {"evaluation_factor", plan.evaluation_factor}};
}

/// No picture has a longer edge, and no plan wider tiles.
constexpr int64_t kLongestEdge = 1'000'000;
constexpr int64_t kMostScales = 1000;
constexpr double kAnyNumber = std::numeric_limits<double>::lowest();

const json& member(const json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (found == object.end()) throw std::out_of_range(name);
  return *found;
}

const json& array_at(const json& object, const char* name) {
  const json& array = member(object, name);
  if (!array.is_array()) throw std::out_of_range(name);
  return array;
}

MemoryPlan plan_from(const json& object) {
  MemoryPlan plan;
  plan.tiling.blocks = static_cast<int>(whole_number(object, "blocks", 0, std::numeric_limits<int>::max()));
  plan.tiling.edge = whole_number(object, "edge", 1, kLongestEdge);
  plan.history_size = whole_number(object, "history_size", 0, kLongestHistory);
  const auto precision = kPrecisions.find(member(object, "history_precision").get<std::string>());
  if (!precision || *precision == Precision::Auto) throw std::out_of_range("history_precision");
  plan.history_precision = *precision;
  plan.predicted_bytes = whole_number(object, "predicted_bytes", 0, std::numeric_limits<int64_t>::max());
  plan.evaluation_factor = finite_number(object, "evaluation_factor", 0);
  return plan;
}

Summary summary_from(const json& object) {
  Summary summary;
  summary.termination =
      static_cast<Termination>(whole_number(object, "termination", 0, static_cast<int>(Termination::NoProgress)));
  summary.iterations = whole_number(object, "iterations", 0, kMostIterations);
  summary.steps_back = whole_number(object, "steps_back", 0, summary.iterations);
  summary.initial_loss = finite_number(object, "initial_loss", kAnyNumber);
  summary.final_loss = finite_number(object, "final_loss", kAnyNumber);
  summary.last_loss = finite_number(object, "last_loss", kAnyNumber);
  summary.elapsed_seconds = finite_number(object, "elapsed_seconds", 0);
  return summary;
}

json event_json(const ScaleEvent& event) {
  json styles = json::array();
  for (const Size size : event.style_sizes) styles.push_back({{"height", size.height}, {"width", size.width}});
  return {{"count", event.count},
          {"height", event.scale.size.height},
          {"width", event.scale.size.width},
          {"iterations", event.scale.iterations},
          {"style_share", event.scale.style_factor},
          {"styles", std::move(styles)}};
}

Size size_from(const json& object) {
  return {whole_number(object, "height", 1, kLongestEdge), whole_number(object, "width", 1, kLongestEdge)};
}

ScaleEvent event_from(const json& object, int64_t index) {
  ScaleEvent event;
  event.index = index;
  event.count = whole_number(object, "count", index + 1, kMostScales);
  event.scale.size = size_from(object);
  event.scale.iterations = whole_number(object, "iterations", 1, kMostIterations);
  event.scale.style_factor = finite_number(object, "style_share", 0);
  for (const json& style : array_at(object, "styles")) event.style_sizes.push_back(size_from(style));
  return event;
}

/// [n, 5]: content, style, tv, range, total.
at::Tensor losses_tensor(const std::vector<LossBreakdown>& losses, size_t count) {
  at::Tensor tensor = at::empty({static_cast<int64_t>(count), 5}, at::kDouble);
  auto* value = tensor.data_ptr<double>();
  for (size_t i = 0; i < count; ++i) {
    const LossBreakdown& loss = losses.at(i);
    for (const double term : {loss.content, loss.style, loss.tv, loss.range, loss.total}) *value++ = term;
  }
  return tensor;
}

std::vector<LossBreakdown> losses_from(const at::Tensor& tensor) {
  if (tensor.scalar_type() != at::kDouble || tensor.dim() != 2 || tensor.size(1) != 5) {
    throw std::out_of_range("losses");
  }
  std::vector<LossBreakdown> losses;
  const auto* value = tensor.data_ptr<double>();
  for (int64_t i = 0; i < tensor.size(0); ++i, value += 5) {
    losses.push_back({value[0], value[1], value[2], value[3], value[4]});
  }
  return losses;
}

/// The tensors of a file, in the order in which they stand there.
NamedTensors tensors_of(const RunState& state, const std::vector<ScaleRecord>& scales) {
  NamedTensors tensors = {
      {"x", state.minimizer.x}, {"best", state.minimizer.best}, {"accepted", state.minimizer.accepted}};
  for (const auto& [name, tensor] : state.optimizer) tensors.emplace_back(kOptimizerPrefix + name, tensor);
  for (size_t i = 0; i < scales.size(); ++i) {
    const bool in_work = i + 1 == scales.size();
    const size_t count = in_work ? static_cast<size_t>(state.minimizer.summary.iterations) : scales[i].losses.size();
    tensors.emplace_back("losses." + std::to_string(i), losses_tensor(scales[i].losses, count));
  }
  return tensors;
}

std::string state_text(const RunState& state, const std::vector<ScaleRecord>& scales) {
  json scales_array = json::array();
  for (size_t i = 0; i < scales.size(); ++i) {
    json scale = event_json(scales[i].event);
    if (i < state.done.size()) scale["summary"] = summary_json(state.done[i].summary);
    scales_array.push_back(std::move(scale));
  }
  json plans = json::array();
  for (const MemoryPlan& plan : state.plans) plans.push_back(plan_json(plan));
  const MinimizerState& minimizer = state.minimizer;
  return line_text({{"scales", std::move(scales_array)},
                    {"plans", std::move(plans)},
                    {"accepted_loss", minimizer.accepted_loss},
                    {"recent_losses", minimizer.recent_losses},
                    {"steps_back_in_a_row", minimizer.steps_back_in_a_row},
                    {"summary", summary_json(minimizer.summary)}});
}

/// The scales of the run so far, each with its losses. All but the last have ended.
std::vector<ScaleRecord> scales_from(const StateFile& file, const json& objects, const RunState& state) {
  std::vector<ScaleRecord> scales;
  for (const json& object : objects) {
    const auto index = static_cast<int64_t>(scales.size());
    const bool in_work = scales.size() + 1 == objects.size();
    ScaleRecord scale;
    scale.event = event_from(object, index);
    scale.event.plan = state.plans.at(scales.size());
    scale.losses = losses_from(file.tensor("losses." + std::to_string(index)));
    if (object.contains("summary") == in_work) throw std::out_of_range("summary");
    if (!in_work) scale.summary = summary_from(object.at("summary"));
    const Summary& summary = in_work ? state.minimizer.summary : *scale.summary;
    if (scale.losses.size() != static_cast<size_t>(summary.iterations)) throw std::out_of_range("losses");
    scales.push_back(std::move(scale));
  }
  return scales;
}

/// \throws std::out_of_range, json::exception when something is not there, of another kind or beyond what it can be.
/// What must fit the run that goes on, stylize() checks.
Checkpoint parsed(const StateFile& file, const json& text) {
  Checkpoint checkpoint;
  RunState& state = checkpoint.state;
  MinimizerState& minimizer = state.minimizer;
  minimizer.accepted_loss = finite_number(text, "accepted_loss", kAnyNumber);
  array_at(text, "recent_losses").get_to(minimizer.recent_losses);
  minimizer.steps_back_in_a_row = whole_number(text, "steps_back_in_a_row", 0, kMostIterations);
  minimizer.summary = summary_from(member(text, "summary"));
  for (const json& plan : array_at(text, "plans")) state.plans.push_back(plan_from(plan));
  minimizer.x = file.tensor("x");
  minimizer.best = file.tensor("best");
  minimizer.accepted = file.tensor("accepted");
  checkpoint.scales = scales_from(file, array_at(text, "scales"), state);
  if (checkpoint.scales.empty()) throw std::out_of_range("scales");
  for (const ScaleRecord& scale : checkpoint.scales) {
    if (scale.summary) state.done.push_back({scale.event.scale, *scale.summary});
  }
  for (const auto& [name, tensor] : file.tensors()) {
    if (name.starts_with(kOptimizerPrefix)) {
      state.optimizer[name.substr(std::string_view(kOptimizerPrefix).size())] = tensor;
    }
  }
  return checkpoint;
}

}  // namespace

void write_checkpoint(const std::filesystem::path& file, const json& identity, const RunState& state,
                      const std::vector<ScaleRecord>& scales) {
  STYLER_ASSERT(scales.size() == state.done.size() + 1);
  write_state_file(file, kKind, tensors_of(state, scales),
                   {{"identity", line_text(identity)}, {"state", state_text(state, scales)}});
}

Checkpoint read_checkpoint(const std::filesystem::path& file, const json& identity, const WarningSink& warn) {
  const StateFile content(file, kKind);
  try {
    check_same_run(identity, bounded_json(content.text("identity")), file, warn);
    return parsed(content, bounded_json(content.text("state")));
  } catch (const json::exception&) {
    content.reject("holds something else than it should");
  } catch (const std::out_of_range&) {
    content.reject("lacks something that it should hold");
  }
}

}  // namespace styler::app
