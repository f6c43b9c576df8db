#include "styler/base/file/rescue.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/base/file/atomic_file.hpp"

namespace styler {
namespace {

namespace fs = std::filesystem;

/// Of a name that may be the reason why the file can't be written: this much of it is short enough everywhere, with
/// what comes behind.
constexpr size_t kLongestStem = 100;
/// How many names are tried in a folder; those before have been rescued earlier.
constexpr int kMostNames = 100;

/// Where files may go that can't go where they should, the likeliest to be found first.
std::vector<fs::path> folders_for(const fs::path& file) {
  std::vector<fs::path> folders = {file.has_parent_path() ? file.parent_path() : fs::path("."), "."};
  for (const char* variable : {"TMPDIR", "HOME"}) {
    const char* const folder = std::getenv(variable);
    if (folder != nullptr && *folder != '\0') folders.emplace_back(folder);
    if (std::string_view(variable) == "TMPDIR") folders.emplace_back("/tmp");
  }
  return folders;
}

/// The first bytes of a name, without a part of a letter at the end.
std::string shortened(const std::string& name) {
  size_t length = std::min(name.size(), kLongestStem);
  if (length == name.size()) return name;
  while (length > 0 && (static_cast<unsigned char>(name[length]) & 0xC0) == 0x80) --length;
  return name.substr(0, length);
}

/// A new file in `folder` that nobody else may read, since the folder may be everybody's; -1 where it takes none.
int create_new(const fs::path& folder, const fs::path& like, fs::path& created) {
  std::string extension = like.extension().string();
  if (extension.size() > kLongestStem) extension.clear();
  for (int attempt = 1; attempt <= kMostNames; ++attempt) {
    std::string name = shortened(like.stem().string()).append("-rescued");
    if (attempt > 1) name.append("-").append(std::to_string(attempt));
    created = folder / name.append(extension);
    const int descriptor = ::open(created.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor >= 0 || errno != EEXIST) return descriptor;
  }
  return -1;
}

std::optional<fs::path> rescued(const fs::path& file, const std::function<void(const fs::path&)>& write) {
  for (const fs::path& folder : folders_for(file)) {
    fs::path created;
    const int descriptor = create_new(folder, file, created);
    if (descriptor < 0) continue;
    ::close(descriptor);
    try {
      write(created);
      return created;
    } catch (const Error&) {
      ::unlink(created.c_str());
    }
  }
  return std::nullopt;
}

}  // namespace

void write_or_rescue(const fs::path& file, const std::function<void(const fs::path&)>& write, std::string_view what) {
  try {
    write(file);
  } catch (const Error& error) {
    const std::optional<fs::path> place = rescued(file, write);
    if (!place) throw;
    std::error_code ignored;
    const fs::path absolute = fs::absolute(*place, ignored).lexically_normal();
    throw Error(error.code(), std::string(error.what()) + "; " + std::string(what) + " is in '" +
                                  (absolute.empty() ? *place : absolute).string() + "' instead");
  }
}

void write_file_or_rescue(const fs::path& file, std::string_view bytes, std::string_view what) {
  write_or_rescue(file, [bytes](const fs::path& place) { write_file_atomically(place, bytes); }, what);
}

}  // namespace styler
