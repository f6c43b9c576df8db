#include "styler/core/generator/model_file.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/stack.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/graph/picture_graph.hpp"
#include "styler/core/storage/state_file.hpp"

namespace styler {
namespace {

constexpr StateFileKind model_kind(const char* version, const char* also_read) {
  return {.format = "styler model",
          .version = version,
          .name = "model",
          .use = {ErrorCode::Input, "a model", "check the path", "take another model, or train it again"},
          .if_other_version = "apply it with the program that wrote it, or train it again",
          .also_read = also_read};
}

constexpr StateFileKind kOneStyle = model_kind("2", "");
constexpr StateFileKind kKind = model_kind("3", kOneStyle.version);
constexpr const char* kWidth = "generator";
/// Only told where it is another than the first that there was.
constexpr const char* kNorm = "norm";
/// Only told where it is another's.
constexpr const char* kForm = "form";
/// In the place of a form: ours, which learnt from noise. Programs that know no such thing refuse it.
constexpr std::string_view kOfTextures = "texture";
/// Before the names of notes, so that none of them is taken for something that the file needs.
constexpr std::string_view kNotePrefix = "note.";
/// Of all styles but the first the rows, [S, R].
constexpr const char* kMoreStyles = "more_styles";
/// Of one that was trained for all strengths: the row of strength 0, [1, R].
constexpr const char* kCalm = "calm";
/// Of another program's network: its ONNX file, byte by byte, and what it takes of the first style.
constexpr const char* kGraph = "graph";
constexpr const char* kGraphStyle = "style";

/// The tensor, which then is not there any more; undefined where there is none.
at::Tensor taken(std::map<std::string, at::Tensor>& tensors, const std::string& name) {
  const auto found = tensors.find(name);
  if (found == tensors.end()) return {};
  at::Tensor tensor = found->second;
  tensors.erase(found);
  return tensor;
}

/// As a file has it: in 16 bits, or as it is where one of its finite numbers is too large for these.
at::Tensor stored(const at::Tensor& tensor) {
  at::Tensor whole = tensor.detach().to(at::kCPU, at::kFloat);
  at::Tensor half = whole.to(at::kHalf);
  if (at::isfinite(half).all().item<bool>()) return half;
  return whole;
}

std::vector<at::Tensor> rows_of(const char* name, const at::Tensor& tensor, int64_t length) {
  if (tensor.dim() != 2 || tensor.size(1) != length || tensor.size(0) == 0) {
    reject(quoted_name(name) + " is " + shape_text(tensor.sizes()) + " but must be rows of " + std::to_string(length) +
           " numbers");
  }
  if (!at::isfinite(tensor).all().item<bool>()) {
    reject(quoted_name(name) + " holds a number that is not finite");
  }
  std::vector<at::Tensor> rows;
  rows.reserve(static_cast<size_t>(tensor.size(0)));
  for (int64_t i = 0; i < tensor.size(0); ++i) rows.push_back(tensor[i].clone());
  return rows;
}

/// A network of another program that paints, as our file has it.
StyledGenerator read_graph_styles(std::map<std::string, at::Tensor> tensors) {
  const at::Tensor bytes = taken(tensors, kGraph), style = taken(tensors, kGraphStyle);
  if (!bytes.defined() || bytes.scalar_type() != at::kByte || !style.defined()) {
    reject("there is no tensor " + quoted_name(bytes.defined() ? kGraphStyle : kGraph));
  }
  const at::Tensor row = bytes.contiguous();
  std::string file(static_cast<size_t>(row.numel()), '\0');
  std::copy_n(row.data_ptr<uint8_t>(), row.numel(), file.begin());
  StyledGenerator styles{Generator(std::make_shared<PictureGraph>(std::move(file)), style), {}};
  const at::Tensor more = taken(tensors, kMoreStyles);
  if (more.defined()) styles.more = rows_of(kMoreStyles, more.to(at::kFloat), style.numel());
  return styles;
}

/// A generator of ours, or of another's form that has a name of its own.
StyledGenerator read_styles(const StateFile& state, GeneratorForm form) {
  const auto width = kGeneratorWidths.find(state.text(kWidth));
  if (!width) state.reject("holds a generator of a width that this program doesn't know");
  const auto told = state.texts().find(kNorm);
  const auto norm =
      told == state.texts().end() ? std::optional(GeneratorNorm::Instance) : kGeneratorNorms.find(told->second);
  if (!norm) state.reject("holds a generator with a norm that this program doesn't know");
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, tensor] : state.tensors()) tensors.emplace(name, tensor.to(at::kFloat));
  const at::Tensor more = taken(tensors, kMoreStyles), calm = taken(tensors, kCalm);
  StyledGenerator styles{Generator(*width, tensors, *norm, form), {}};
  const int64_t length = style_row(styles.generator).numel();
  if (more.defined()) styles.more = rows_of(kMoreStyles, more, length);
  if (calm.defined()) styles.calm = rows_of(kCalm, calm, length).front();
  return styles;
}

NamedTensors graph_tensors(const StyledGenerator& styles) {
  const std::string& file = styles.generator.graph()->bytes();
  at::Tensor bytes = at::empty({static_cast<int64_t>(file.size())}, at::kByte);
  std::ranges::copy(file, bytes.data_ptr<uint8_t>());
  NamedTensors tensors = {{kGraph, std::move(bytes)}, {kGraphStyle, style_row(styles.generator).to(at::kCPU)}};
  if (!styles.more.empty()) tensors.emplace_back(kMoreStyles, at::stack(styles.more).to(at::kCPU));
  return tensors;
}

}  // namespace

void write_model(const std::filesystem::path& file, const Model& model) {
  const Generator& generator = model.styles.generator;
  std::map<std::string, std::string> texts;
  for (const auto& [name, text] : model.notes) texts.emplace(std::string(kNotePrefix) + name, text);
  if (generator.graph() != nullptr) {
    texts.emplace(kForm, std::string(kGeneratorForms.word(generator.form())));
    write_state_file(file, kKind, graph_tensors(model.styles), std::move(texts));
    return;
  }
  texts.emplace(kWidth, std::string(kGeneratorWidths.word(generator.width())));
  if (generator.norm() != GeneratorNorm::Instance) {
    texts.emplace(kNorm, std::string(kGeneratorNorms.word(generator.norm())));
  }
  NamedTensors tensors;
  for (const auto& [name, tensor] : generator.parameters()) {
    tensors.emplace_back(name, stored(tensor));
  }
  for (const auto& [name, tensor] : generator.frozen()) {  // variances can be larger than 16 bits hold
    tensors.emplace_back(name, tensor.detach().to(at::kCPU, at::kFloat));
  }
  if (!model.styles.more.empty()) {
    tensors.emplace_back(kMoreStyles, stored(at::stack(model.styles.more)));
  }
  if (model.styles.calm.defined()) {
    tensors.emplace_back(kCalm, stored(model.styles.calm).unsqueeze(0));
  }
  const bool is_foreign = generator.form() != GeneratorForm::Styler;
  if (model.is_of_textures) texts.emplace(kForm, std::string(kOfTextures));
  if (is_foreign) texts.emplace(kForm, std::string(kGeneratorForms.word(generator.form())));
  const bool is_of_one =
      !is_foreign && !model.is_of_textures && model.styles.more.empty() && !model.styles.calm.defined();
  write_state_file(file, is_of_one ? kOneStyle : kKind, tensors, std::move(texts));
}

void check_paints_photos(const Model& model, const std::filesystem::path& file) {
  if (!model.is_of_textures) return;
  throw Error(ErrorCode::Input, "model " + quoted_name(file.string()) +
                                    " makes textures of noise, for styler apply --size, and paints no photos; take "
                                    "one that was trained with --content");
}

Model read_model(const std::filesystem::path& file) {
  const StateFile state(file, kKind);
  const auto told_form = state.texts().find(kForm);
  const bool is_of_textures = told_form != state.texts().end() && told_form->second == kOfTextures;
  const auto form = told_form == state.texts().end() || is_of_textures ? std::optional(GeneratorForm::Styler)
                                                                       : kGeneratorForms.find(told_form->second);
  if (!form) state.reject("holds a generator of a form that this program doesn't know");
  std::map<std::string, std::string> notes;
  for (const auto& [name, text] : state.texts()) {
    if (name.starts_with(kNotePrefix)) notes.emplace(name.substr(kNotePrefix.size()), text);
  }
  try {
    if (*form == GeneratorForm::Onnx) return {read_graph_styles(state.tensors()), std::move(notes)};
    return {read_styles(state, *form), std::move(notes), is_of_textures};
  } catch (const Error& error) {
    if (error.code() != ErrorCode::InvalidArgument) throw;
    state.reject(error.what());
  }
}

}  // namespace styler
