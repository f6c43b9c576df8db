#include "styler/app/job/preflight.hpp"

#include <sys/stat.h>

#include <string>
#include <utility>
#include <vector>

#include "styler/app/job/options/region_options.hpp"
#include "styler/app/job/snapshots.hpp"
#include "styler/app/job/style_files.hpp"
#include "styler/base/atomic_file.hpp"
#include "styler/base/error.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// What a name leads to, by links and detours too: the file that is there, or the place where it would be.
class FileIdentity {
 public:
  explicit FileIdentity(const fs::path& file) {
    std::error_code ignored;
    place_ = fs::weakly_canonical(file, ignored);
    struct stat status{};
    if (::stat(file.c_str(), &status) != 0) return;
    device_ = status.st_dev;
    number_ = status.st_ino;
  }
  bool operator==(const FileIdentity& other) const {
    return place_ == other.place_ || (number_ != 0 && number_ == other.number_ && device_ == other.device_);
  }

 private:
  fs::path place_;
  dev_t device_ = 0;
  ino_t number_ = 0;  ///< 0: there is no such file.
};

bool same_file(const fs::path& a, const fs::path& b) { return FileIdentity(a) == FileIdentity(b); }

/// Whatever a run reads, but for the checkpoint that it may replace.
std::vector<NamedFile> inputs_of(const JobOptions& options) {
  std::vector<NamedFile> inputs = {{"--content", options.content},
                                   {"--content-regions", options.content_regions},
                                   {"--fine-style", options.fine_style},
                                   {"--init", options.init_file},
                                   {"--weights", options.machine.weights}};
  for (const StyleFiles& style : style_files(options)) {
    for (const fs::path& file : style.files) inputs.push_back({"--style", file});
  }
  for (const fs::path& map : options.style_regions) {
    if (!names_colour(map)) inputs.push_back({"--style-regions", map});
  }
  return inputs;
}

/// --save-every writes names that nobody typed, which must not be an input's.
void check_snapshots(const JobOptions& options) {
  if (options.save_every < 1) return;
  const std::string start = options.output.stem().string() + "_s";
  std::vector<NamedFile> inputs = inputs_of(options);
  inputs.push_back({"--resume", options.resume});
  for (const auto& [name, input] : inputs) {
    if (input.empty() || input.filename().string().rfind(start, 0) != 0) continue;
    if (input.extension() != options.output.extension()) continue;
    if (!same_file(input, options.output.parent_path() / input.filename())) continue;
    throw Error(ErrorCode::InvalidArgument, "--save-every could overwrite the input '" + input.string() +
                                                "', whose name is of the form " + start +
                                                "…; give --output another name");
  }
}

}  // namespace

void check_distinct(const std::vector<NamedFile>& written, const std::vector<NamedFile>& others) {
  const auto reject = [](const NamedFile& file, const NamedFile& other) {
    throw Error(ErrorCode::InvalidArgument, file.name + " and " + other.name + " are both '" + file.file.string() +
                                                "' but must be different files; give " + file.name + " another name");
  };
  std::vector<std::pair<const NamedFile*, FileIdentity>> ours;
  for (const NamedFile& file : written) {
    if (file.file.empty()) continue;
    const FileIdentity identity(file.file);
    for (const auto& [earlier, known] : ours) {
      if (identity == known) reject(file, *earlier);
    }
    ours.emplace_back(&file, identity);
  }
  if (ours.empty()) return;
  for (const NamedFile& other : others) {
    if (other.file.empty()) continue;
    const FileIdentity identity(other.file);
    for (const auto& [file, known] : ours) {
      if (identity == known) reject(*file, other);
    }
  }
}

void check_outputs(const JobOptions& options) {
  std::vector<NamedFile> written = {{"--output", options.output},
                                    {"--report", options.report},
                                    {"--log-file", options.messages.log_file},
                                    {"--preview", options.preview}};
  check_distinct(written, {{"--resume", options.resume}});  // a checkpoint may replace the one that is gone on from
  written.push_back({"--checkpoint", options.checkpoint});
  check_distinct(written, inputs_of(options));
  if (!options.messages.log_file.empty()) check_writable(options.messages.log_file);
  if (options.dry_run) return;
  check_snapshots(options);
  check_picture_writable(options.output, options.write);
  if (!options.preview.empty()) check_picture_writable(options.preview, preview_write_options(options.write));
  if (!options.report.empty()) check_writable(options.report);
  if (!options.checkpoint.empty()) check_writable(options.checkpoint);
}

void check_sizes(const JobOptions& options, Size content, const std::vector<StyleExtent>& styles) {
  const int64_t min_edge = smallest_edge_for(options.stylize.objective.layers());
  if (options.is_texture() && content.long_edge() < min_edge) {
    throw Error(ErrorCode::Input, "a texture of " + size_text(content) +
                                      " px is too small for the layers in use; use --size " + std::to_string(min_edge) +
                                      " or more");
  }
  const std::vector<Scale> schedule = make_schedule(content, options.stylize.schedule, min_edge);
  for (const Scale& scale : schedule) style_sizes(styles, scale.size, options.stylize.style_scale, min_edge);
  check_picture_size(options.output, schedule.back().size);
}

Size finest_size(const JobOptions& options, Size content) {
  const int64_t min_edge = smallest_edge_for(options.stylize.objective.layers());
  return make_schedule(content, options.stylize.schedule, min_edge).back().size;
}

std::string rounding_note(const JobOptions& options, Size asked) {
  if (!options.stylize.schedule.tileable) return {};
  const Size size = finest_size(options, asked);
  if (size == asked) return {};
  const int64_t min_edge = smallest_edge_for(options.stylize.objective.layers());
  return "a tileable texture has edges of whole " + std::to_string(min_edge) +
         " px with the layers in use: " + size_text(size) + " px instead of " + size_text(asked);
}

}  // namespace styler::app
