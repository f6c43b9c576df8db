#include "styler/app/commands/train/checkpoint.hpp"

#include <ATen/ops/tensor.h>

#include <cmath>
#include <utility>
#include <vector>

#include "styler/app/job/record/checkpoint_kind.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/base/text/words.hpp"
#include "styler/core/network/vgg19.hpp"
#include "styler/core/storage/bounded_json.hpp"
#include "styler/core/storage/state_file.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

constexpr StateFileKind kTrainingKind = checkpoint_kind("styler training", "1", "a training's checkpoint");

constexpr const char* kIdentity = "identity";
constexpr const char* kPosition = "position";
constexpr const char* kStatePrefix = "state.";

std::string hash_of_names(const std::vector<std::filesystem::path>& files) {
  std::string names;
  for (const std::filesystem::path& file : files) names.append(file.filename().string()).append(1, '\0');
  return sha256_of(names);
}

/// What differs between two objects of the same kind, by the words of the user.
std::vector<std::string> names_of_differences(const json& here, const json& there, const std::string& dashes) {
  std::vector<std::string> names;
  for (const auto& [name, value] : here.items()) {
    if (!there.is_object() || there.value(name, json()) != value) names.push_back(dashes + name);
  }
  if (!there.is_object()) return names;
  for (const auto& [name, value] : there.items()) {
    if (!here.contains(name)) names.push_back(dashes + name);
  }
  return names;
}

}  // namespace

json training_identity(const TrainingOptions& options, const TrainingRecord& record) {
  const MachineChoice& machine = record.machine;
  json styles = json::array();
  for (const PaintedStyle& style : record.styles) {
    json paintings = json::array();
    for (const Painting& painting : style.paintings) paintings.push_back(painting.sha256);
    // Of one style as it was when there were no others.
    if (record.styles.size() == 1)
      styles = std::move(paintings);
    else
      styles.push_back(std::move(paintings));
  }
  json course = course_options(options, record.processes);
  if (!record.added_to.empty()) course["learn"] = kLearnings.word(Learning::New);
  if (options.with_strength) course["with-strength"] = true;
  if (options.is_texture()) course["diversity"] = options.training.diversity_weight;
  const json from = options.from.empty() ? json() : json(file_sha256(options.from));
  return {{"pictures",
           {{"style", std::move(styles)},
            {"content", hash_of_names(record.files.photos)},
            {"from", from},
            {"weights", machine.weights_contents.tensors_sha256}}},
          {"options", std::move(course)},
          {"precision", machine.device.precision_name()},
          {"chosen", {{"threads", machine.threads}, {"kernels", vgg19_kernels(machine.device)}}}};
}

void write_training_checkpoint(const std::filesystem::path& file, const json& identity, const TrainingState& state,
                               const TrainingPosition& position) {
  NamedTensors tensors;
  for (const auto& [name, tensor] : state) tensors.emplace_back(kStatePrefix + name, tensor);
  tensors.emplace_back(kPosition, at::tensor({static_cast<double>(position.steps), position.seconds}, at::kDouble));
  write_state_file(file, kTrainingKind, tensors, {{kIdentity, line_text(identity)}});
}

TrainingCheckpoint read_training_checkpoint(const std::filesystem::path& file, const json& identity,
                                            const WarningSink& warn) {
  const StateFile content(file, kTrainingKind);
  const json there = bounded_json(content.text(kIdentity));
  if (!there.is_object()) content.reject("holds something else than it should");
  const std::string checkpoint = "checkpoint " + quoted(file);
  const auto other = [&](const char* key, const std::string& dashes) {
    return names_of_differences(identity.at(key), there.value(key, json()), dashes);
  };
  if (const auto pictures = other("pictures", "--"); !pictures.empty()) {
    throw Error(ErrorCode::Input, checkpoint + " is of other files: what " + joined(pictures, ", ") +
                                      " names differs; give the same files, or leave --resume out to begin anew");
  }
  std::vector<std::string> options = other("options", "--");
  if (there.value("precision", json()) != identity.at("precision")) options.emplace_back("--precision");
  if (!options.empty()) {
    reject(checkpoint + " is of other options: " + joined(options, ", ") +
           "; give the same, or leave --resume out to begin anew");
  }
  if (const auto machine = other("chosen", ""); !machine.empty() && warn) {
    warn(joined(machine, ", ") +
         " differ from those of the checkpoint, so the result may differ in the last bits from that of a training "
         "that was never stopped");
  }
  TrainingCheckpoint result;
  for (const auto& [name, tensor] : content.tensors()) {
    if (name.starts_with(kStatePrefix)) {
      result.state[name.substr(std::string_view(kStatePrefix).size())] = tensor;
    }
  }
  const at::Tensor position = content.tensor(kPosition);
  constexpr double kMost = 1e15;  // as many steps as a double holds with room to spare
  if (position.scalar_type() != at::kDouble || position.dim() != 1 || position.numel() != 2) {
    content.reject("does not tell how far it is");
  }
  const auto* values = position.data_ptr<double>();
  for (const double value : {values[0], values[1]}) {
    if (!std::isfinite(value) || value < 0 || value > kMost) content.reject("tells of steps that can't be");
  }
  result.position = {static_cast<int64_t>(values[0]), values[1]};
  return result;
}

void restore(Trainer& trainer, const TrainingCheckpoint& checkpoint, const std::filesystem::path& file) {
  try {
    trainer.restore(checkpoint.state);
  } catch (const Error& error) {
    throw Error(ErrorCode::Input, "checkpoint " + quoted(file) + " can't be gone on from: " + error.what() +
                                      "; take another checkpoint, or leave --resume out to begin anew");
  }
}

TrainingKeeper::TrainingKeeper(std::filesystem::path file, CheckpointInterval interval, json identity,
                               TrainingObserver& warnings)
    : file_(std::move(file)), interval_(interval), identity_(std::move(identity)), warnings_(warnings) {}

Control TrainingKeeper::on_step(const TrainingEvent& event) {
  const TrainingPosition& now = event.position;
  if (!last_) last_ = TrainingPosition{now.steps - 1, now.seconds};
  const bool ends = StopSignals::requested() || event.stops;
  if (ends || interval_.is_due(now.steps - last_->steps, now.seconds - last_->seconds)) write(event);
  return Control::Continue;
}

void TrainingKeeper::write(const TrainingEvent& event) {
  const std::string reason =
      file_.attempt([&] { write_training_checkpoint(file_.file(), identity_, event.trainer.state(), event.position); });
  if (!reason.empty()) {
    warnings_.on_warning("the checkpoint " + reason +
                         "; the training goes on, and an older checkpoint stays as it was");
  }
  last_ = event.position;
}

}  // namespace styler::app
