#include "styler/app/commands/train/start.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

#include "styler/app/gallery/embedded_picture.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/generator/model_file.hpp"
#include "styler/core/storage/safetensors.hpp"

namespace styler::app {
namespace {

/// Of the picture of a painting that a model keeps: some 3 kB.
constexpr int64_t kThumbnailEdge = 96;

/// The mean of a style's paintings, [3].
at::Tensor mean_colour(const PaintedStyle& style) {
  at::Tensor mean = at::zeros({3});
  for (const Painting& painting : style.paintings) {
    mean += painting.picture.colour.mean({0, 2, 3}) / static_cast<double>(style.paintings.size());
  }
  return mean;
}

StyledGenerator new_styles(const std::vector<PaintedStyle>& styles, const TrainOptions& options) {
  Generator generator(options.width, options.seed, options.norm);
  std::vector<at::Tensor> rows;
  for (const PaintedStyle& style : styles) {
    generator.begin_with_colour(mean_colour(style));
    rows.push_back(style_row(generator));
  }
  take_style(generator, rows.front());
  const at::Tensor calm = calm_row(generator);
  return {std::move(generator), {rows.begin() + 1, rows.end()}, calm};
}

std::vector<PaintingNote> notes_of(const std::vector<Painting>& paintings) {
  std::vector<PaintingNote> notes;
  notes.reserve(paintings.size());
  for (const Painting& painting : paintings) notes.push_back({painting.file.filename().string(), painting.sha256});
  return notes;
}

/// The style of a model that was trained on the same paintings, whatever they are called.
std::optional<size_t> same_style(const PaintedStyle& style, const std::vector<StyleNote>& known) {
  const auto hashes = [](const std::vector<PaintingNote>& notes) {
    std::vector<std::string> result;
    result.reserve(notes.size());
    for (const PaintingNote& note : notes) result.push_back(note.sha256);
    std::ranges::sort(result);
    return result;
  };
  const std::vector<std::string> wanted = hashes(notes_of(style.paintings));
  for (size_t i = 0; i < known.size(); ++i) {
    if (hashes(known[i].paintings) == wanted) return i;
  }
  return std::nullopt;
}

void check_form(const TrainingOptions& options, const Generator& generator) {
  if (generator.form() != GeneratorForm::Styler) {
    reject("--from " + quoted(options.from) +
           " was imported from another program, and can be applied but not trained; begin with one of styler train's");
  }
  if (generator.width() != options.training.width) {
    reject("--from " + quoted(options.from) + " is " + std::string(kGeneratorWidths.word(generator.width())) +
           " but --arch is " + std::string(kGeneratorWidths.word(options.training.width)) + "; give --arch that word");
  }
  if (generator.norm() != options.training.norm) {
    reject("--from " + quoted(options.from) + " has " + std::string(kGeneratorNorms.word(generator.norm())) +
           " norm but --norm is " + std::string(kGeneratorNorms.word(options.training.norm)) +
           "; give --norm that word");
  }
}

/// Everything of the model is learnt anew, for the styles that are given.
StyledGenerator gone_on_with(const StyledGenerator& model, const std::vector<std::optional<size_t>>& known) {
  std::vector<at::Tensor> rows;
  rows.reserve(known.size());
  for (const std::optional<size_t>& style : known) rows.push_back(model.row(style.value_or(0)));
  const at::Tensor calm = model.calm.defined() ? model.calm : calm_row(model.generator);
  StyledGenerator result{model.generator, {rows.begin() + 1, rows.end()}, calm};
  take_style(result.generator, rows.front());
  return result;
}

/// A beginning of which nothing stays.
TrainingStart all_learnt(StyledGenerator styles, const TrainingOptions& options) {
  if (!options.with_strength) styles.calm = at::Tensor();
  return {std::move(styles), {}, {}, {}};
}

}  // namespace

TrainingStart training_start(const TrainingOptions& options, const std::vector<PaintedStyle>& styles) {
  if (options.from.empty()) return all_learnt(new_styles(styles, options.training), options);
  const Model model = read_model(options.from);
  check_form(options, model.styles.generator);
  if (model.is_of_textures != options.is_texture()) {
    reject("--from " + quoted(options.from) +
           (model.is_of_textures ? " makes textures of noise, but --content names photos"
                                 : " paints photos, but there is no --content") +
           "; begin with another model, or train as it was trained");
  }
  std::vector<StyleNote> notes = style_notes(model);
  std::vector<std::optional<size_t>> known;
  known.reserve(styles.size());
  for (const PaintedStyle& style : styles) known.push_back(same_style(style, notes));
  const bool are_all_known = std::ranges::all_of(known, [](const auto& style) { return style.has_value(); });
  if (options.learns == Learning::All || (options.learns == Learning::Auto && are_all_known)) {
    std::set<size_t> places;  // the same paintings may be named twice
    for (const std::optional<size_t>& place : known) {
      if (place) places.insert(*place);
    }
    if (options.learns == Learning::Auto && places.size() < notes.size()) {
      reject("--from " + quoted(options.from) + " has " + std::to_string(notes.size()) + " styles, " +
             style_names(notes) + ", but --style names " + std::to_string(places.size()) +
             " of them; name the paintings of all, or let the others go with --learn all");
    }
    return all_learnt(gone_on_with(model.styles, known), options);
  }
  for (size_t i = 0; i < known.size(); ++i) {
    const std::optional<size_t>& place = known[i];
    if (!place) continue;
    reject("--style " + quoted_name(styles[i].name) + " is in " + quoted(options.from) + " already, as " +
           quoted_name(notes[*place].name) + "; leave it out, or go on with all of the model by --learn all");
  }
  if (options.with_strength && !model.styles.calm.defined()) {
    reject("--with-strength is given but " + quoted(options.from) +
           " was not trained for it, and stays as it is; leave it out, or train all of it anew with --learn all");
  }
  if (options.training.norm == GeneratorNorm::Batch) {
    reject("--from " + quoted(options.from) +
           " has batch norm, which knows one style alone; train it for another with --learn all");
  }
  TrainingStart start{model.styles, std::move(notes), model.notes, file_sha256(options.from)};
  const at::Tensor like = start.styles.row(0);
  for (size_t i = 0; i < styles.size(); ++i) start.styles.more.push_back(like.clone());
  return start;
}

std::vector<StyleNote> noted_styles(const TrainingStart& start, const std::vector<PaintedStyle>& styles) {
  std::vector<StyleNote> notes = start.kept;
  for (const PaintedStyle& style : styles) {
    std::string name = style.name;
    for (int number = 2; std::ranges::find(notes, name, &StyleNote::name) != notes.end(); ++number) {
      name = style.name + "-" + std::to_string(number);
    }
    notes.push_back({std::move(name), notes_of(style.paintings),
                     embedded_picture(style.paintings.front().picture, kThumbnailEdge)});
  }
  return notes;
}

}  // namespace styler::app
