#include "styler/app/job/files.hpp"

#include <sys/stat.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "styler/app/job/inputs/style_files.hpp"
#include "styler/app/job/observers/snapshots.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/text/printable.hpp"
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

std::vector<NamedFile> without(const std::string& name, std::vector<NamedFile> files) {
  std::erase_if(files, [&](const NamedFile& file) { return file.name == name; });
  return files;
}

NamedFile resumed_file(const JobOptions& options) {
  return {DescribedJob(options).name(&JobOptions::resume), options.resume};
}

/// --save-every writes names that nobody typed, which must not be an input's.
void check_snapshots(const JobOptions& options) {
  if (options.save_every < 1) return;
  const std::string start = options.output.stem().string() + "_s";
  std::vector<NamedFile> inputs = files_read(options);
  inputs.push_back(resumed_file(options));
  for (const auto& [name, input] : inputs) {
    if (input.empty() || input.filename().string().rfind(start, 0) != 0) continue;
    if (input.extension() != options.output.extension()) continue;
    if (!same_file(input, options.output.parent_path() / input.filename())) continue;
    throw Error(ErrorCode::InvalidArgument, "--save-every could overwrite the input " + quoted(input) +
                                                ", whose name is of the form " + start +
                                                "…; give --output another name");
  }
}

}  // namespace

std::vector<NamedFile> files_written(const JobOptions& options) {
  return files_with(DescribedJob(options).table(), OptionFacts::WritesFile);
}

std::vector<NamedFile> files_read(const JobOptions& options) {
  const DescribedJob described(options);
  std::vector<NamedFile> files = files_with(described.table(), OptionFacts::ReadsFile);
  for (const StyleFiles& style : style_files(options)) {
    for (const fs::path& file : style.files) files.push_back({described.name(&JobOptions::styles), file});
  }
  return files;
}

void check_distinct(const std::vector<NamedFile>& written, const std::vector<NamedFile>& others) {
  const auto reject = [](const NamedFile& file, const NamedFile& other) {
    throw Error(ErrorCode::InvalidArgument, file.name + " and " + other.name + " are both " + quoted(file.file) +
                                                " but must be different files; give " + file.name + " another name");
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

void check_files(const JobOptions& options) {
  const std::vector<NamedFile> written = files_written(options);
  // A checkpoint may replace the one that is gone on from.
  check_distinct(without(DescribedJob(options).name(&JobOptions::checkpoint), written), {resumed_file(options)});
  check_distinct(written, files_read(options));
  const WritableCheck side{.replaces_protected = options.write.replaces_protected};
  WritableCheck result = side;  // what the run is made for, and not what it goes on without
  result.needs_room = true;
  if (!options.messages.log_file.empty()) check_writable(options.messages.log_file, side);
  if (options.dry_run) return;
  check_snapshots(options);
  check_picture_writable(options.output, options.write);
  if (!options.preview.empty()) {
    check_picture_writable(options.preview, preview_write_options(options.write), /*needs_room=*/false);
  }
  if (!options.report.empty()) check_writable(options.report, result);
  if (!options.checkpoint.empty()) check_writable(options.checkpoint, side);
}

void remove_abandoned_files_of(const JobOptions& options) {
  std::set<fs::path> folders;
  const DescribedJob described(options);
  const std::string log_file = described.table().of(described.options().messages.log_file).long_name();
  for (const auto& [name, file] : without(log_file, files_written(options))) {  // lines are added to that
    std::error_code ignored;
    if (!file.empty()) folders.insert(fs::weakly_canonical(file, ignored).parent_path());
  }
  for (const fs::path& folder : folders) remove_abandoned_files(folder);
}

}  // namespace styler::app
