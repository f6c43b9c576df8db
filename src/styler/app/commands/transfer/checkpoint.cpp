#include "styler/app/commands/transfer/checkpoint.hpp"

#include <ATen/ops/empty.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "styler/app/commands/transfer/checkpoint_identity.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/base/error.hpp"
#include "styler/core/storage/bounded_json.hpp"
#include "styler/core/storage/state_file.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

constexpr StateFileKind kKind{
    .format = "styler checkpoint",
    .version = "4",
    .name = "checkpoint",
    .use = {ErrorCode::Input, "a checkpoint", "check the path, or leave --resume out to begin anew",
            "take another checkpoint, or leave --resume out to begin anew"},
    .if_other_version = "go on with the program that wrote it, or leave --resume out to begin anew"};
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

MemoryPlan plan_from(const json& object) {
  MemoryPlan plan;
  object.at("blocks").get_to(plan.tiling.blocks);
  object.at("edge").get_to(plan.tiling.edge);
  object.at("history_size").get_to(plan.history_size);
  const auto precision = kPrecisions.find(object.at("history_precision").get<std::string>());
  if (!precision || *precision == Precision::Auto) throw std::out_of_range("history_precision");
  plan.history_precision = *precision;
  object.at("predicted_bytes").get_to(plan.predicted_bytes);
  object.at("evaluation_factor").get_to(plan.evaluation_factor);
  return plan;
}

Summary summary_from(const json& object) {
  Summary summary;
  const int termination = object.at("termination").get<int>();
  if (termination < 0 || termination > static_cast<int>(Termination::NoProgress))
    throw std::out_of_range("termination");
  summary.termination = static_cast<Termination>(termination);
  object.at("iterations").get_to(summary.iterations);
  object.at("steps_back").get_to(summary.steps_back);
  object.at("initial_loss").get_to(summary.initial_loss);
  object.at("final_loss").get_to(summary.final_loss);
  object.at("last_loss").get_to(summary.last_loss);
  object.at("elapsed_seconds").get_to(summary.elapsed_seconds);
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

ScaleEvent event_from(const json& object, int64_t index) {
  ScaleEvent event;
  event.index = index;
  object.at("count").get_to(event.count);
  object.at("height").get_to(event.scale.size.height);
  object.at("width").get_to(event.scale.size.width);
  object.at("iterations").get_to(event.scale.iterations);
  object.at("style_share").get_to(event.scale.style_factor);
  for (const json& style : object.at("styles")) {
    event.style_sizes.push_back({style.at("height").get<int64_t>(), style.at("width").get<int64_t>()});
  }
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

/// \throws std::out_of_range, json::exception when something is not there or of another kind
Checkpoint parsed(const StateFile& file, const json& text) {
  Checkpoint checkpoint;
  MinimizerState& minimizer = checkpoint.state.minimizer;
  text.at("accepted_loss").get_to(minimizer.accepted_loss);
  text.at("recent_losses").get_to(minimizer.recent_losses);
  text.at("steps_back_in_a_row").get_to(minimizer.steps_back_in_a_row);
  minimizer.summary = summary_from(text.at("summary"));
  for (const json& plan : text.at("plans")) checkpoint.state.plans.push_back(plan_from(plan));
  minimizer.x = file.tensor("x");
  minimizer.best = file.tensor("best");
  minimizer.accepted = file.tensor("accepted");
  for (const json& object : text.at("scales")) {
    const auto index = static_cast<int64_t>(checkpoint.scales.size());
    ScaleRecord scale;
    scale.event = event_from(object, index);
    scale.losses = losses_from(file.tensor("losses." + std::to_string(index)));
    if (object.contains("summary")) {
      scale.summary = summary_from(object.at("summary"));
      checkpoint.state.done.push_back({scale.event.scale, *scale.summary});
    }
    scale.event.plan = checkpoint.state.plans.at(static_cast<size_t>(index));
    checkpoint.scales.push_back(std::move(scale));
  }
  for (const auto& [name, tensor] : file.tensors()) {
    if (name.starts_with(kOptimizerPrefix)) {
      checkpoint.state.optimizer[name.substr(std::string_view(kOptimizerPrefix).size())] = tensor;
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
