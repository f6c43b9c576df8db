#include "styler/core/generator/model_file.hpp"

#include <optional>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/storage/state_file.hpp"

namespace styler {
namespace {

constexpr StateFileKind kKind{
    .format = "styler model",
    .version = "2",
    .name = "model",
    .use = {ErrorCode::Input, "a model", "check the path", "take another model, or train it again"},
    .if_other_version = "apply it with the program that wrote it, or train it again"};
constexpr const char* kWidth = "generator";
/// Only told where it is another than the first that there was.
constexpr const char* kNorm = "norm";
/// Before the names of notes, so that none of them is taken for something that the file needs.
constexpr std::string_view kNotePrefix = "note.";

}  // namespace

void write_model(const std::filesystem::path& file, const Model& model) {
  std::map<std::string, std::string> texts = {{kWidth, std::string(kGeneratorWidths.word(model.generator.width()))}};
  for (const auto& [name, text] : model.notes) texts.emplace(std::string(kNotePrefix) + name, text);
  if (model.generator.norm() != GeneratorNorm::Instance) {
    texts.emplace(kNorm, std::string(kGeneratorNorms.word(model.generator.norm())));
  }
  NamedTensors tensors;
  for (const auto& [name, tensor] : model.generator.parameters()) {
    tensors.emplace_back(name, tensor.detach().to(at::kCPU, at::kHalf));
  }
  for (const auto& [name, tensor] : model.generator.frozen()) {  // variances can be larger than 16 bits hold
    tensors.emplace_back(name, tensor.detach().to(at::kCPU, at::kFloat));
  }
  write_state_file(file, kKind, tensors, std::move(texts));
}

Model read_model(const std::filesystem::path& file) {
  const StateFile state(file, kKind);
  const auto width = kGeneratorWidths.find(state.text(kWidth));
  if (!width) state.reject("holds a generator of a width that this program doesn't know");
  const auto told = state.texts().find(kNorm);
  const auto norm =
      told == state.texts().end() ? std::optional(GeneratorNorm::Instance) : kGeneratorNorms.find(told->second);
  if (!norm) state.reject("holds a generator with a norm that this program doesn't know");
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, tensor] : state.tensors()) tensors.emplace(name, tensor.to(at::kFloat));
  std::map<std::string, std::string> notes;
  for (const auto& [name, text] : state.texts()) {
    if (name.starts_with(kNotePrefix)) notes.emplace(name.substr(kNotePrefix.size()), text);
  }
  try {
    return {Generator(*width, tensors, *norm), std::move(notes)};
  } catch (const Error& error) {
    state.reject(error.what());
  }
}

}  // namespace styler
