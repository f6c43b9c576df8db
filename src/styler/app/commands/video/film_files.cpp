#include "styler/app/commands/video/film_files.hpp"

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "styler/app/cli/described.hpp"
#include "styler/app/folders/picture_sources.hpp"
#include "styler/app/job/files.hpp"
#include "styler/app/job/inputs/style_files.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/image/image_io.hpp"
#include "styler/options/frame_pattern.hpp"
#include "styler/video/frames/picture_frames.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// What a film is made from, each frame that is a picture of its own.
/// \throws Error{Input}; Error{InvalidArgument} where results would be part of a style's folder.
std::vector<NamedFile> film_inputs(const VideoOptions& options) {
  const Described described(options);
  std::vector<NamedFile> files = files_with(described.table(), OptionFacts::ReadsFile);
  std::vector<fs::path> frames{options.content};
  if (is_picture_frames(options.content)) frames = files_of_frames(options.content);
  files.reserve(files.size() + frames.size());
  for (const fs::path& frame : frames) files.push_back({described.name(&VideoOptions::content), frame});
  JobOptions settings = options.settings;
  settings.preview = options.preview;
  if (FramePattern::is_pattern(options.output)) settings.output = options.output;
  const std::string style_option = described.name_of(described.options().settings.styles);
  for (const StyleFiles& style : style_files(settings)) {
    for (const fs::path& file : style.files) files.push_back({style_option, file});
  }
  return files;
}

fs::path folder_with(const fs::path& file) {
  return canonical_path(file.has_parent_path() ? file.parent_path() : fs::path("."));
}

/// What is written among frames that are pictures would be one of them when the film is gone on with.
void check_is_no_frame(const std::string& option, const fs::path& file, const fs::path& content) {
  std::error_code unknown;
  const bool is_folder = fs::is_directory(content, unknown);
  if (!is_picture_frames(content) ||
      folder_with(file) != (is_folder ? canonical_path(content) : folder_with(content))) {
    return;
  }
  if (!is_folder && !FramePattern(content).number_of(file.filename().string())) return;
  reject(option + " " + quoted(file) + " would be a frame of --content " + quoted(content) +
         " the next time; put it into another folder");
}

/// Frames go to names that nobody typed, which must not be those of anything else.
void check_painted_frames(const VideoOptions& options, const std::vector<NamedFile>& others) {
  const FramePattern painted(options.output);
  const fs::path folder = folder_with(options.output);
  for (const NamedFile& other : others) {
    if (!painted.number_of(other.file.filename().string()) || folder_with(other.file) != folder) continue;
    reject("--output " + quoted(options.output) + " could overwrite " + other.name + " " + quoted(other.file) +
           ", which is called like one of its frames; give them a folder of their own");
  }
}

/// Links that are called like painted frames: what is written to them goes where they lead.
std::vector<NamedFile> links_among_frames(const VideoOptions& options) {
  const FramePattern painted(options.output);
  std::vector<NamedFile> links;
  std::error_code problem;
  fs::directory_iterator entry(folder_with(options.output), problem);
  for (const fs::directory_iterator end; !problem && entry != end; entry.increment(problem)) {
    std::error_code unknown;
    const fs::path& file = entry->path();
    if (!painted.number_of(file.filename().string()) || !fs::is_symlink(file, unknown)) continue;
    links.push_back({"--output", file});
  }
  return links;
}

}  // namespace

void check_film_files(const VideoOptions& options) {
  const std::vector<NamedFile> written = files_with(Described(options).table(), OptionFacts::WritesFile);
  const std::vector<NamedFile> read = film_inputs(options);
  check_distinct(written, read);
  if (FramePattern::is_pattern(options.output)) {
    check_is_no_frame("--output", options.output, options.content);
    check_painted_frames(options, read);
    check_painted_frames(options, written);
    check_distinct(links_among_frames(options), read);
  }
  for (const fs::path& file : {options.report, options.page}) {
    if (!file.empty()) check_writable(file, {.offers_force = false});
  }
  if (!options.preview.empty()) {
    check_is_no_frame("--preview", options.preview, options.content);
    check_writable(options.preview, {.offers_force = false});
    check_picture_writable(options.preview);
  }
}

}  // namespace styler::app
