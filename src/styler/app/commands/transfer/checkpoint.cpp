#include "styler/app/commands/transfer/checkpoint.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "styler/app/commands/transfer/checkpoint_identity.hpp"
#include "styler/app/job/options_json.hpp"
#include "styler/base/atomic_file.hpp"
#include "styler/base/error.hpp"
#include "styler/base/sha256.hpp"
#include "styler/base/version.hpp"
#include "styler/core/storage/safetensors.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

/// Grows with every change of what a file holds.
constexpr const char* kFileVersion = "4";
constexpr const char* kFormat = "styler checkpoint";
constexpr const char* kDigestName = "sha256";
constexpr size_t kDigestBytes = 32;
/// What is hashed and written at a time: small enough to be still in the cache when it is written.
constexpr size_t kPieceBytes = size_t{1} << 20;
constexpr const char* kOptimizerPrefix = "optimizer.";

constexpr SafetensorsUse kUse{ErrorCode::Input, "a checkpoint", "check the path, or leave --resume out to begin anew",
                              "take another checkpoint, or leave --resume out to begin anew"};

[[noreturn]] void reject(const std::filesystem::path& file, const std::string& what) {
  throw Error(ErrorCode::Input, "checkpoint '" + file.string() + "' " + what);
}
[[noreturn]] void reject_broken(const std::filesystem::path& file, const std::string& what) {
  reject(file, what + "; " + kUse.if_broken);
}

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
          {"style_share", event.scale.style_share},
          {"styles", std::move(styles)}};
}

ScaleEvent event_from(const json& object, int64_t index) {
  ScaleEvent event;
  event.index = index;
  object.at("count").get_to(event.count);
  object.at("height").get_to(event.scale.size.height);
  object.at("width").get_to(event.scale.size.width);
  object.at("iterations").get_to(event.scale.iterations);
  object.at("style_share").get_to(event.scale.style_share);
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

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

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

at::Tensor taken(std::map<std::string, at::Tensor>& tensors, const std::string& name) {
  auto entry = tensors.extract(name);
  if (entry.empty()) throw std::out_of_range(name);
  return std::move(entry.mapped());
}

/// \throws std::out_of_range, json::exception when something is not there or of another kind
Checkpoint parsed(std::map<std::string, at::Tensor> tensors, const json& text) {
  Checkpoint checkpoint;
  MinimizerState& minimizer = checkpoint.state.minimizer;
  text.at("accepted_loss").get_to(minimizer.accepted_loss);
  text.at("recent_losses").get_to(minimizer.recent_losses);
  text.at("steps_back_in_a_row").get_to(minimizer.steps_back_in_a_row);
  minimizer.summary = summary_from(text.at("summary"));
  for (const json& plan : text.at("plans")) checkpoint.state.plans.push_back(plan_from(plan));
  minimizer.x = taken(tensors, "x");
  minimizer.best = taken(tensors, "best");
  minimizer.accepted = taken(tensors, "accepted");
  for (const json& object : text.at("scales")) {
    const auto index = static_cast<int64_t>(checkpoint.scales.size());
    ScaleRecord scale;
    scale.event = event_from(object, index);
    scale.losses = losses_from(taken(tensors, "losses." + std::to_string(index)));
    if (object.contains("summary")) {
      scale.summary = summary_from(object.at("summary"));
      checkpoint.state.done.push_back({scale.event.scale, *scale.summary});
    }
    scale.event.plan = checkpoint.state.plans.at(static_cast<size_t>(index));
    checkpoint.scales.push_back(std::move(scale));
  }
  for (auto& [name, tensor] : tensors) {
    if (name.starts_with(kOptimizerPrefix)) {
      checkpoint.state.optimizer[name.substr(std::string_view(kOptimizerPrefix).size())] = std::move(tensor);
    }
  }
  return checkpoint;
}

void check_digest(const SafetensorsFile& content, const std::filesystem::path& file) {
  const std::string_view stored =
      content.bytes.substr(content.bytes.size() - std::min(content.bytes.size(), kDigestBytes));
  Sha256 sum;
  sum.add(content.bytes.substr(0, content.bytes.size() - stored.size()));
  const auto digest = sum.digest();
  if (std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()) == stored) return;
  reject_broken(file, "is damaged: its contents are not those of its checksum");
}

std::string metadata_entry(const SafetensorsFile& content, const std::string& key) {
  const auto found = content.metadata.find(key);
  return found == content.metadata.end() ? std::string() : found->second;
}

}  // namespace

void write_checkpoint(const std::filesystem::path& file, const json& identity, const RunState& state,
                      const std::vector<ScaleRecord>& scales) {
  STYLER_ASSERT(scales.size() == state.done.size() + 1);
  const NamedTensors tensors = tensors_of(state, scales);
  std::vector<TensorEntry> entries;
  for (const auto& [name, tensor] : tensors) entries.push_back({name, tensor.scalar_type(), tensor.sizes().vec()});
  entries.push_back({kDigestName, at::kByte, {static_cast<int64_t>(kDigestBytes)}});
  const std::string header = safetensors_header(entries, {{"format", kFormat},
                                                          {"version", kFileVersion},
                                                          {"styler", program_version()},
                                                          {"identity", line_text(identity)},
                                                          {"state", state_text(state, scales)}});
  write_file_atomically(file, [&](const ByteSink& sink) {
    Sha256 sum;
    const auto put = [&](std::string_view bytes) {
      for (; !bytes.empty(); bytes.remove_prefix(std::min(kPieceBytes, bytes.size()))) {
        sum.add(bytes.substr(0, kPieceBytes));
        sink(bytes.substr(0, kPieceBytes));
      }
    };
    put(header);
    for (const auto& [name, tensor] : tensors) {
      const at::Tensor dense = tensor.cpu().contiguous();
      put({static_cast<const char*>(dense.data_ptr()), dense.nbytes()});
    }
    const auto digest = sum.digest();
    sink({reinterpret_cast<const char*>(digest.data()), digest.size()});
  });
}

Checkpoint read_checkpoint(const std::filesystem::path& file, const json& identity, const WarningSink& warn) {
  const SafetensorsFile content = read_safetensors(file, kUse);
  if (metadata_entry(content, "format") != kFormat) {
    reject_broken(file, "is no checkpoint, but a .safetensors file with something else in it");
  }
  const std::string version = metadata_entry(content, "version");
  if (version != kFileVersion) {
    reject(file, "is of version " + quoted_name(version) + " and was written by styler " +
                     quoted_name(metadata_entry(content, "styler")) + ", but this program reads version '" +
                     kFileVersion + "'; go on with the program that wrote it, or leave --resume out to begin anew");
  }
  check_digest(content, file);
  content.release_pages();  // else they would count as memory in use when the run is planned
  try {
    check_same_run(identity, json::parse(metadata_entry(content, "identity")), file, warn);
    return parsed(content.tensors, json::parse(metadata_entry(content, "state")));
  } catch (const json::exception&) {
    reject_broken(file, "holds something else than it should");
  } catch (const std::out_of_range&) {
    reject_broken(file, "lacks something that it should hold");
  }
}

}  // namespace styler::app
