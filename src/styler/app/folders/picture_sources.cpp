#include "styler/app/folders/picture_sources.hpp"

#include <glob.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <map>
#include <string_view>
#include <system_error>

#include "styler/base/error.hpp"
#include "styler/base/file/text_file.hpp"
#include "styler/base/text/lower_case.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/base/text/words.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

bool has_one_of(const std::vector<std::string>& extensions, const fs::path& file) {
  return std::ranges::find(extensions, lower_case_extension(file)) != extensions.end();
}

bool looks_like_picture(const fs::path& file) { return has_one_of(readable_extensions(), file); }

bool is_hidden(const fs::path& name) { return name.string().starts_with('.'); }

/// \param folder  what stands before the picture's name; mostly empty.
SourcePicture source_picture(const fs::path& file, const fs::path& folder = {}) {
  const std::string extension = file.extension().string();
  return {file, (folder / file.stem()).string(), extension.empty() ? extension : extension.substr(1)};
}

[[noreturn]] void throw_unsearchable(const SourceSearch& search, const fs::path& folder, const std::string& reason) {
  throw Error(ErrorCode::Input, search.option + " " + quoted(folder) + " can't be searched: " + reason);
}

/// The output folder as it is called below `root`: `.` if it is `root`, beginning with `..` if it lies elsewhere.
fs::path output_folder_below(const fs::path& root, const SourceSearch& search) {
  return canonical_path(search.output_folder).lexically_relative(canonical_path(root));
}

[[noreturn]] void throw_results_among_pictures(const std::string& source, const SourceSearch& search) {
  throw Error(ErrorCode::InvalidArgument,
              "--output " + quoted(search.output_folder) + " is the folder of " + search.option + " '" + source +
                  "', where the next run would take results for pictures; give --output a folder of its own");
}

/// A walk through one folder.
class FolderSearch {
 public:
  FolderSearch(fs::path root, const SourceSearch& search) : root_(std::move(root)), search_(search) {
    left_out_ = output_folder_below(root_, search);
    if (left_out_ == ".") throw_results_among_pictures(root_.string(), search);
  }

  std::vector<SourcePicture> pictures() {
    std::vector<fs::path> folders{""};  // relative to the root
    while (!folders.empty()) {
      const fs::path folder = folders.back();
      folders.pop_back();
      std::vector<fs::path> below = look_into(folder);
      if (search_.recursive) folders.insert(folders.end(), below.begin(), below.end());
    }
    if (found_.empty()) throw_empty();
    if (!raw_files_.empty() && search_.warn) {
      search_.warn(search_.option + " " + quoted(root_) + " holds " + raw_files_text() + "; they are left out");
    }
    return std::move(found_);
  }

 private:
  /// Takes the pictures of one folder. \returns the folders in it, relative to the root.
  std::vector<fs::path> look_into(const fs::path& folder) {
    std::vector<fs::path> below;
    std::error_code failed;
    fs::directory_iterator entry(root_ / folder, failed);
    for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
      const fs::path name = entry->path().filename();
      std::error_code ignored;  // what can't be looked at is no folder; if it's called a picture, its job says why
      if (is_hidden(name)) continue;
      if (entry->is_directory(ignored)) {
        has_folders_ = true;
        if (!entry->is_symlink(ignored) && folder / name != left_out_) below.push_back(folder / name);
      } else if (looks_like_picture(name)) {
        found_.push_back(source_picture(root_ / folder / name, search_.recursive ? folder : fs::path()));
      } else if (has_one_of(raw_extensions(), name)) {
        ++raw_files_[lower_case_extension(name)];
      }
    }
    if (failed) throw_unsearchable(search_, root_ / folder, failed.message());
    return below;
  }

  /// Raw data are developed by taste, which is no work for here.
  std::string raw_files_text() const {
    int64_t count = 0;
    std::string extensions;
    for (const auto& [extension, files] : raw_files_) {
      count += files;
      extensions.append(extensions.empty() ? "" : ", ").append(extension);
    }
    const std::string files = count == 1 ? " raw file of a camera (" : " raw files of cameras (";
    return std::to_string(count) + files + extensions +
           "), which are not read here: develop them into TIFF or JPEG, as with darktable-cli or dcraw_emu";
  }

  [[noreturn]] void throw_empty() const {
    std::string message = search_.option + " " + quoted(root_) + " holds no pictures, which are files that end in " +
                          enumeration(readable_extensions());
    if (!raw_files_.empty()) message += "; it holds " + raw_files_text();
    if (has_folders_ && search_.offers_recursive && !search_.recursive)
      message += "; --recursive looks into its folders, too";
    throw Error(ErrorCode::Input, message);
  }

  fs::path root_;
  const SourceSearch& search_;
  fs::path left_out_;
  bool has_folders_ = false;
  std::vector<SourcePicture> found_;
  std::map<std::string, int64_t> raw_files_;  ///< How many there are of each extension.
};

/// The first folder that glob() could not read, and its errno.
struct GlobFailure {
  std::string folder;
  int reason = 0;
};
thread_local GlobFailure glob_failure;  // glob() hands its callback nothing of ours

/// A part of a pattern may lead nowhere (`{2023,2024}/*.jpg`), which is no failure.
int on_glob_failure(const char* folder, int reason) {
  if (reason == ENOENT || reason == ENOTDIR) return 0;
  glob_failure = {folder, reason};
  return 1;
}

/// What a pattern matches, as the shell would have it, and `~` and braces.
std::vector<fs::path> matches_of_pattern(const std::string& pattern, const SourceSearch& search) {
  glob_t found{};
  const int result = ::glob(pattern.c_str(), GLOB_BRACE | GLOB_TILDE | GLOB_NOSORT, on_glob_failure, &found);
  const std::vector<fs::path> files(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (result == GLOB_NOSPACE) throw Error(ErrorCode::Memory, search.option + " '" + pattern + "' matches too much");
  if (result == GLOB_ABORTED) {
    throw_unsearchable(search, glob_failure.folder, std::generic_category().message(glob_failure.reason));
  }
  return files;
}

/// Refuses a picture that lies where results of its kind go, as one of an earlier run may do.
void check_is_no_result(const fs::path& file, const std::string& source, const SourceSearch& search) {
  if (lower_case_extension(file) != lower_case_extension("x." + search.output_extension)) return;
  std::error_code ignored;
  if (output_folder_below(fs::absolute(file, ignored).parent_path(), search) == ".") {
    throw_results_among_pictures(source, search);
  }
}

std::vector<SourcePicture> pictures_of_pattern(const std::string& pattern, const SourceSearch& search) {
  std::vector<SourcePicture> pictures;
  for (const fs::path& file : matches_of_pattern(pattern, search)) {
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) continue;
    check_is_no_result(file, pattern, search);
    pictures.push_back(source_picture(file));
  }
  if (!pictures.empty()) return pictures;
  std::string message =
      search.option + " '" + pattern + "' matches no file; quote the pattern, so that the shell hands it on as it is";
  if (pattern.find('[') != std::string::npos) message += ", and write \\[ for a [ that stands in a name";
  throw Error(ErrorCode::Input, message);
}

/// One line of a list.
struct Line {
  std::string text;
  int64_t number;  ///< From 1, for messages.
};

std::string_view without_trailing_blanks(std::string_view text) {
  const size_t end = text.find_last_not_of(" \t\r");
  return text.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

[[noreturn]] void throw_wrong_line(const fs::path& list, int64_t number, const std::string& constraint) {
  throw Error(ErrorCode::Input, quoted(list) + ", line " + std::to_string(number) + ": " + constraint);
}

std::string text_of_list(const fs::path& list, const std::string& option) {
  constexpr size_t kMostListBytes = 64 << 20;  // a million names
  TextFile read = read_text_file(list, kMostListBytes);
  const auto fail = [&](const std::string& why) {
    throw Error(ErrorCode::Input, option + " " + quoted(list) + " " + why);
  };
  switch (read.problem) {
    case TextFile::Problem::None:
      break;
    case TextFile::Problem::Unreadable:
      fail("can't be read: " + read.reason);
      break;
    case TextFile::Problem::NoRegularFile:
      fail("must be a list of names, and is no regular file; name another");
      break;
    case TextFile::Problem::TooLarge:
      fail("must be a list of names, and has more than 64 MB; name another");
  }
  return std::move(read.text);
}

/// The lines that say something, without blanks at their ends. Written by any editor: a byte order mark and CRLF don't
/// matter.
std::vector<Line> lines_of_list(const fs::path& list, const std::string& option) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const std::string bytes = text_of_list(list, option);
  std::string_view rest = bytes;
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  std::vector<Line> lines;
  for (int64_t number = 1; !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::string_view text = without_trailing_blanks(line);
    if (text.empty() || text.front() == '#') continue;
    if (text.find('\0') != std::string_view::npos) {
      throw_wrong_line(list, number, "no file's name can hold a zero byte; save the list as UTF-8 text");
    }
    lines.push_back({std::string(text), number});
  }
  if (lines.empty()) throw Error(ErrorCode::Input, option + " " + quoted(list) + " has no line that names a picture");
  return lines;
}

/// `name` as it is meant in a list. Without `.` folders, so that `a.jpg` and `./a.jpg` are seen to be one; `..` stays,
/// since after a link it leads elsewhere than it seems.
SourcePicture picture_of_list(const fs::path& list, std::string_view name) {
  fs::path file;
  for (const fs::path& part : list.parent_path() / fs::path(name)) {
    if (part != ".") file /= part;
  }
  return source_picture(file);
}

std::vector<SourcePicture> pictures_of_list(const fs::path& list, const SourceSearch& search) {
  std::vector<SourcePicture> pictures;
  for (const Line& line : lines_of_list(list, search.option)) pictures.push_back(picture_of_list(list, line.text));
  return pictures;
}

/// Each once, by the bytes of the names.
void sort_sources(std::vector<SourcePicture>& pictures) {
  const auto bytes = [](const SourcePicture& picture) -> const std::string& { return picture.file.native(); };
  std::ranges::sort(pictures, {}, bytes);
  const auto repeated = std::ranges::unique(pictures, {}, bytes);
  pictures.erase(repeated.begin(), repeated.end());
}

bool is_pattern(const std::string& source) { return source.find_first_of("*?[") != std::string::npos; }

/// The pictures of a source that is none of a folder, or of something that is not there.
std::vector<SourcePicture> pictures_of_name(const std::string& source, bool exists, const SourceSearch& search) {
  if (!exists && is_pattern(source)) return pictures_of_pattern(source, search);
  if (lower_case_extension(source) == ".txt") return pictures_of_list(source, search);
  // A single picture that is missing fails as a job. But a folder's name misspelt should not end as one of those.
  if (exists || looks_like_picture(source)) return {source_picture(source)};
  throw Error(ErrorCode::Input, search.option + " '" + source +
                                    "' is not there; it must be a folder, a pattern in quotes, a list (.txt) or a "
                                    "picture");
}

}  // namespace

fs::path canonical_path(const fs::path& path) {
  std::error_code ignored;  // what can't be followed is compared as far as it could be
  // weakly_canonical() leaves a path relative of which nothing is there.
  const fs::path whole = fs::absolute(path, ignored);
  fs::path canonical = fs::weakly_canonical(whole, ignored);
  if (canonical.empty()) canonical = whole.lexically_normal();
  return canonical.has_filename() ? canonical : canonical.parent_path();
}

std::vector<SourcePicture> pictures_of_source(const std::string& source, const SourceSearch& search) {
  std::error_code failed;
  const fs::file_status status = fs::status(source, failed);
  if (status.type() == fs::file_type::none && !is_pattern(source)) throw_unsearchable(search, source, failed.message());
  std::vector<SourcePicture> pictures = fs::is_directory(status) ? FolderSearch(source, search).pictures()
                                                                 : pictures_of_name(source, fs::exists(status), search);
  sort_sources(pictures);
  return pictures;
}

std::vector<SourcePicture> pictures_of_sources(const std::vector<fs::path>& sources, const SourceSearch& search) {
  std::vector<SourcePicture> pictures;
  for (const fs::path& source : sources) {
    if (sources.size() > 1 && looks_like_picture(source)) check_is_no_result(source, source.string(), search);
    std::ranges::move(pictures_of_source(source.string(), search), std::back_inserter(pictures));
  }
  sort_sources(pictures);
  return pictures;
}

std::vector<std::vector<SourcePicture>> rows_of_list(const fs::path& list, const std::string& option, size_t columns,
                                                     const std::string& what) {
  std::vector<std::vector<SourcePicture>> rows;
  for (const Line& line : lines_of_list(list, option)) {
    std::vector<SourcePicture>& row = rows.emplace_back();
    for (const std::string_view name : parts_of(line.text, '\t')) {
      if (name.empty()) throw_wrong_line(list, line.number, "'" + line.text + "' must be " + what);
      row.push_back(picture_of_list(list, without_trailing_blanks(name)));
    }
    if (row.size() != columns) throw_wrong_line(list, line.number, "'" + line.text + "' must be " + what);
  }
  return rows;
}

std::vector<std::pair<SourcePicture, SourcePicture>> pairs_of_list(const fs::path& list, const std::string& option) {
  std::vector<std::pair<SourcePicture, SourcePicture>> pairs;
  for (std::vector<SourcePicture>& row : rows_of_list(list, option, 2, "a content and a style with one tab between")) {
    pairs.emplace_back(std::move(row[0]), std::move(row[1]));
  }
  return pairs;
}

}  // namespace styler::app
