#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "styler/app/commands/models/options.hpp"
#include "styler/app/gallery/web_text.hpp"
#include "styler/app/host/threads.hpp"
#include "styler/app/job/files.hpp"
#include "styler/app/job/options/job_options.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/app/models/style_notes.hpp"
#include "styler/app/session/console.hpp"
#include "styler/base/error.hpp"
#include "styler/base/failure.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/generator/model_file.hpp"
#include "styler/core/generator/onnx_model.hpp"
#include "styler/core/storage/bounded_json.hpp"
#include "styler/image/contact_sheet.hpp"
#include "styler/image/image_io.hpp"
#include "styler/weights/foreign/foreign_file.hpp"
#include "styler/weights/foreign/onnx_file.hpp"
#include "styler/weights/johnson_model.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

/// Of a painting in a model, which anybody may have written: many times what ours have.
constexpr int64_t kMostThumbnailPixels = int64_t{1} << 20;

/// Of a note that need not be there.
std::string note_of(const Model& model, const char* name) {
  const auto found = model.notes.find(name);
  return found == model.notes.end() ? std::string() : found->second;
}

std::string kilobytes(const fs::path& file) { return std::to_string(fs::file_size(file) / 1000) + " kB"; }

/// How wide a generator is, or that it is of a form without such a word.
std::string_view arch_of(const Model& model) {
  const Generator& generator = model.styles.generator;
  return generator.graph() != nullptr ? kGeneratorForms.word(generator.form())
                                      : kGeneratorWidths.word(generator.width());
}

/// `small, 3 styles, 4500 steps, 812 kB`
std::string summary_of(const Model& model, const fs::path& file) {
  const size_t count = model.styles.count();
  std::string text(arch_of(model));
  if (model.is_of_textures) text += ", textures";
  text += ", " + std::to_string(count) + (count == 1 ? " style" : " styles");
  if (const std::string steps = note_of(model, "steps"); !steps.empty()) text += ", " + steps + " steps";
  return text + ", " + kilobytes(file);
}

std::string paintings_text(const StyleNote& style) {
  if (style.paintings.empty()) return "of unknown paintings";
  std::string text = "of " + quoted_name(style.paintings.front().file);
  if (style.paintings.size() > 1) text += " and " + std::to_string(style.paintings.size() - 1) + " more";
  return text;
}

json model_json(const Model& model, const fs::path& file) {
  json styles = json::array();
  for (const StyleNote& style : style_notes(model)) {
    styles.push_back(style_json(style));
  }
  json notes = json::object();
  for (const auto& [name, text] : model.notes) {
    if (name == "styles" || name == "thumbnails") continue;
    const json value = name == "options" ? bounded_json(text) : json();
    notes[name] = value.is_object() ? value : json(text);
  }
  return {{"file", file.string()},
          {"bytes", fs::file_size(file)},
          {"sha256", file_sha256(file)},
          {"arch", arch_of(model)},
          {"paints", model.is_of_textures ? "textures" : "photos"},
          {"norm", kGeneratorNorms.word(model.styles.generator.norm())},
          {"styles", std::move(styles)},
          {"notes", std::move(notes)}};
}

/// The paintings side by side, each below its style's name.
/// \throws Error{Input} for a model without.
Picture thumbnail_sheet(const std::vector<StyleNote>& styles, const fs::path& file) {
  ContactSheet sheet;
  sheet.rows = {""};
  bool has_any = false;
  for (const StyleNote& style : styles) {
    sheet.columns.push_back(style.name);
    Picture& picture = sheet.pictures.emplace_back();
    const std::optional<std::string> bytes = bytes_of_base64(style.thumbnail);
    if (!bytes || bytes->empty()) continue;
    picture = decode_picture(*bytes, file, {.max_pixels = kMostThumbnailPixels});
    has_any = true;
  }
  if (!has_any) {
    throw Error(
        ErrorCode::Input,
        quoted(file) + " has no pictures of its paintings, since an earlier version wrote it; leave --thumbnails out");
  }
  return drawn(sheet);
}

std::vector<fs::path> models_in(const fs::path& folder) {
  std::error_code problem;
  std::vector<fs::path> files;
  for (auto entry = fs::directory_iterator(folder, problem); !problem && entry != fs::directory_iterator();
       entry.increment(problem)) {
    if (names_model(entry->path())) files.push_back(entry->path().lexically_normal());
  }
  if (problem) {
    throw Error(ErrorCode::Input,
                "folder " + quoted(folder) + " can't be searched (" + problem.message() + "); name another one");
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

int run(const ModelsList& options) {
  use_threads(0);
  int code = 0;
  const std::vector<fs::path> files = models_in(options.folder);
  for (const fs::path& file : files) {
    try {
      const Model model = read_model(file);
      print_line(printable(file.string() + ": " + summary_of(model, file) + ": " + style_names(style_notes(model))));
    } catch (const Error& error) {
      std::cerr << printable(error.what()) << '\n';
      code = kUserError;
    }
  }
  if (files.empty()) {
    std::cerr << printable("there is no generator in " + quoted(options.folder) + "; styler train makes one") << '\n';
  }
  return code;
}

int run(const ModelsShow& options) {
  use_threads(0);
  if (!options.thumbnails.empty()) {
    check_distinct({{"--thumbnails", options.thumbnails}}, {{"the generator", options.file}});
    check_picture_writable(options.thumbnails, {});
  }
  const Model model = read_model(options.file);
  if (!options.thumbnails.empty()) write_picture(thumbnail_sheet(style_notes(model), options.file), options.thumbnails);
  if (options.json) {
    std::cout << json_text(model_json(model, options.file), 2) << '\n';
    return 0;
  }
  print_line(printable(options.file.string() + ": " + summary_of(model, options.file)));
  const std::vector<StyleNote> styles = style_notes(model);
  for (size_t i = 0; i < styles.size(); ++i) {
    std::string line = "  " + std::to_string(i + 1) + " " + styles[i].name + ", " + paintings_text(styles[i]);
    if (styles[i].steps > 0) {
      line +=
          ", added in " + std::to_string(styles[i].steps) + " steps on " + std::to_string(styles[i].photos) + " photos";
    }
    print_line(printable(line));
  }
  std::string trained;
  if (const std::string photos = note_of(model, "photos"); !photos.empty())
    trained = "trained on " + photos + " photos";
  if (const std::string program = note_of(model, "program"); !program.empty()) {
    trained += (trained.empty() ? "trained by styler " : " by styler ") + program;
  }
  if (const std::string status = note_of(model, "status"); !status.empty() && status != "done")
    trained += ", " + status;
  if (!trained.empty()) print_line(printable("  " + trained));
  return 0;
}

int run(const ModelsExport& options) {
  use_threads(0);
  check_distinct({{"--output", options.output}}, {{"the generator", options.file}});
  check_writable(options.output, {.replaces_protected = options.force, .needs_room = true});
  const Model model = read_model(options.file);
  check_paints_photos(model, options.file);
  const std::vector<StyleNote> notes = style_notes(model);
  std::map<std::string, std::string> told = {{"styles", style_names(notes)}};
  StyledGenerator styles = model.styles;
  if (!options.pick.empty()) {
    if (styles.generator.graph() != nullptr) {
      reject("--pick is " + quoted_name(options.pick) + " but " + quoted(options.file) +
             " was imported from ONNX, and is written as it was; leave it out");
    }
    const size_t picked = picked_style("--pick", options.pick, notes, options.file);
    std::vector<double> shares(styles.count());
    shares[picked] = 1;
    styles = {styles.painter(shares), {}};
    told["styles"] = quoted_name(notes[picked].name);
  }
  write_file_atomically(options.output, onnx_model(styles, told));
  print_line(options.output.string());
  return 0;
}

namespace {

/// A generator of another program, with what is told of its styles.
Model imported(const ModelsImport& options) {
  const std::string own_name = options.file.stem().string();
  const PaintingNote from = {options.file.filename().string(), {}};
  if (!is_onnx_file(options.file)) {
    if (!options.styles.empty()) {
      reject("--style-network is for ONNX files, but the generator is " + quoted(options.file) + "; leave it out");
    }
    return {{johnson_generator(list_foreign_tensors(options.file), options.file), {}},
            {{"styles", styles_note({{own_name, {from}}})}}};
  }
  std::vector<StyleNote> notes;
  std::vector<at::Tensor> numbers;
  if (!options.styles.empty()) {
    const StyleGraph network = onnx_style_network(options.style_network);
    for (const fs::path& file : options.styles) {
      numbers.push_back(network.numbers_of(read_picture(file).colour));
      notes.push_back({file.stem().string(), {{file.filename().string(), file_sha256(file)}}});
    }
  }
  StyledGenerator styles = onnx_generator(options.file, numbers);
  if (notes.empty() && styles.count() == 1) notes = {{own_name, {from}}};
  for (size_t i = notes.size(); i < styles.count(); ++i) notes.push_back({std::to_string(i + 1), {from}});
  return {std::move(styles), {{"styles", styles_note(notes)}}};
}

}  // namespace

int run(const ModelsImport& options) {
  use_threads(0);
  std::vector<NamedFile> read = {{"the generator", options.file}};
  if (!options.style_network.empty()) read.push_back({"--style-network", options.style_network});
  for (const fs::path& style : options.styles) read.push_back({"--style", style});
  check_distinct({{"--output", options.output}}, read);
  check_writable(options.output, {.replaces_protected = options.force, .needs_room = true});
  Model model = imported(options);
  model.notes["imported_from"] = options.file.filename().string();
  model.notes["imported_sha256"] = file_sha256(options.file);
  write_model(options.output, model);
  print_line(options.output.string());
  return 0;
}

}  // namespace styler::app
