#include "styler/base/file/atomic_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <system_error>
#include <utility>

#include "styler/base/error.hpp"

namespace styler {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, const std::string& what) {
  throw Error(ErrorCode::Output, file.string() + " cannot be written: " + what);
}

std::string reason(int code) { return std::generic_category().message(code); }

std::string no_room(int code) {
  const char* const remedy =
      code == EFBIG ? "; raise the limit (ulimit -f) or choose another folder" : "; make room or choose another folder";
  return reason(code) + remedy;
}

/// As many links in a row as the system follows.
constexpr int kMostLinks = 40;

/// The file that a chain of links ends in, whether it is there or not, so that a linked output stays a link.
fs::path resolved(const fs::path& file) {
  fs::path target = file;
  std::error_code problem;
  for (int links = 0; fs::is_symlink(fs::symlink_status(target, problem)); ++links) {
    if (links == kMostLinks) fail(file, "its links lead nowhere; give another name");
    const fs::path next = fs::read_symlink(target, problem);
    if (problem) fail(file, "its link cannot be followed: " + problem.message());
    target = target.parent_path() / next;  // which is `next` alone where that is absolute
  }
  return target;
}

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : fs::path("."); }

/// Where the bytes of `file` go. A rename would replace a device such as /dev/null by a plain file, so only plain files
/// are ever replaced.
fs::path target_of(const fs::path& file) {
  std::error_code problem;
  const fs::file_status status = fs::status(file, problem);
  if (fs::is_directory(status)) fail(file, "it is a folder; give the name of a file");
  if (fs::exists(status) && !fs::is_regular_file(status)) fail(file, "it is not a regular file; give another name");
  fs::path target = resolved(file);
  if (target.filename().empty()) fail(file, "it has no file name; give the name of a file");
  return target;
}

/// Fewer bytes than a disk gives to any file.
constexpr off_t kSmallFile = 4096;
constexpr std::string_view kTemporaryPrefix = ".styler-";
constexpr std::string_view kTemporarySuffix = ".tmp";

/// Locks a temporary file for as long as its writer lives. False when it is locked already, or has been removed by
/// remove_abandoned_files between its creation and its lock. A file system without locks counts as locked.
bool lock_for_writing(int descriptor) {
  // Shared, which keeps remove_abandoned_files out as well, but not a library that locks what it reads (HDF5).
  if (::flock(descriptor, LOCK_SH | LOCK_NB) != 0) return errno != EWOULDBLOCK;
  struct stat status{};
  return ::fstat(descriptor, &status) != 0 || status.st_nlink > 0;
}

}  // namespace

/// A temporary file that is gone unless it was renamed.
class TemporaryFile {
 public:
  TemporaryFile(const fs::path& file, const fs::path& folder)
      : file_(file), descriptor_(create_temporary_file(folder, path_)) {
    if (descriptor_ < 0) fail(file_, reason(errno) + " in folder " + folder.string() + "; choose another folder");
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail(file_, no_room(errno));
      bytes.remove_prefix(static_cast<size_t>(written));
    }
  }

  /// The file that is replaced keeps its permissions; the umask decides for a new one.
  void take_permissions_of(const fs::path& target) {
    struct stat status{};
    if (::stat(target.c_str(), &status) == 0) static_cast<void>(::fchmod(descriptor_, status.st_mode & 07777));
  }

  /// Has the disk set some room aside; a file system that can't writes it.
  void reserve(off_t bytes) {
    const int problem = ::posix_fallocate(descriptor_, 0, bytes);
    if (problem == ENOSPC || problem == EDQUOT || problem == EFBIG) fail(file_, no_room(problem));
  }

  const fs::path& path() const { return path_; }

  void rename_to(const fs::path& target) {
    if (::fsync(descriptor_) != 0) fail(file_, reason(errno));
    // Renamed while it is still open and locked, or remove_abandoned_files could take it for abandoned in between.
    if (::rename(path_.c_str(), target.c_str()) != 0) fail(file_, reason(errno));
    path_.clear();
    ::close(std::exchange(descriptor_, -1));  // with the bytes on the disk, nothing can go wrong here any more
  }

 private:
  fs::path file_;
  fs::path path_;
  int descriptor_;
};

namespace {

/// The longest name that a file can have in `folder`, in bytes.
size_t longest_name(const fs::path& folder) {
  const long longest = ::pathconf(folder.c_str(), _PC_NAME_MAX);
  return longest > 0 ? static_cast<size_t>(longest) : NAME_MAX;
}

bool is_write_protected(const fs::path& target, const struct stat& status) {
  // Root may write everything, but for that there is somebody who took the permission from all.
  return (status.st_mode & 0222) == 0 || ::faccessat(AT_FDCWD, target.c_str(), W_OK, AT_EACCESS) != 0;
}

/// Whether `chattr +i` or `+a` forbids that it be replaced, or that something in it be.
bool is_immutable(const fs::path& path) {
#ifdef STATX_ATTR_IMMUTABLE
  struct statx status{};
  if (::statx(AT_FDCWD, path.c_str(), 0, STATX_BASIC_STATS, &status) != 0) return false;
  return (status.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0;
#else
  static_cast<void>(path);
  return false;
#endif
}

/// Whether only the owner of the file or of the folder may replace it, and we are neither.
bool is_sticky_for_us(const struct stat& folder, const struct stat& target) {
  const uid_t us = ::geteuid();
  return (folder.st_mode & S_ISVTX) != 0 && us != 0 && us != target.st_uid && us != folder.st_uid;
}

/// Checks the file that would be replaced, if there is one.
void check_replaced(const fs::path& file, const fs::path& target, const fs::path& folder, const WritableCheck& check) {
  struct stat status{};
  if (::lstat(target.c_str(), &status) != 0) {
    if (errno == ENOENT) return;
    fail(file, reason(errno) + "; give another name");
  }
  if (is_immutable(target)) fail(file, "it is immutable (chattr); give another name, or chattr -i -a it");
  if (!check.replaces_protected && is_write_protected(target, status)) {
    fail(file, std::string("it is write-protected; give another name, or ") +
                   (check.offers_force ? "replace it with --force" : "make it writable with chmod u+w"));
  }
  struct stat folder_status{};
  if (::stat(folder.c_str(), &folder_status) == 0 && is_sticky_for_us(folder_status, status)) {
    fail(file, "it is somebody else's, and only its owner may replace it in folder " + folder.string() +
                   "; give another name");
  }
}

/// Makes the rename last through a power cut. Not all file systems can; the file is whole either way.
void flush_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  static_cast<void>(::fsync(descriptor));
  ::close(descriptor);
}

}  // namespace

void write_file_atomically(const fs::path& file, std::string_view bytes) {
  write_file_atomically(file, [bytes](const ByteSink& sink) { sink(bytes); });
}

void write_file_atomically(const fs::path& file, const std::function<void(const ByteSink&)>& produce) {
  const fs::path target = target_of(file);
  const fs::path folder = folder_of(target);
  TemporaryFile temporary(file, folder);
  produce([&temporary](std::string_view bytes) { temporary.write(bytes); });
  temporary.take_permissions_of(target);
  temporary.rename_to(target);
  flush_folder(folder);
}

NewFile::NewFile(const fs::path& file)
    : target_(target_of(file)), temporary_(std::make_unique<TemporaryFile>(file, folder_of(target_))) {}

NewFile::~NewFile() = default;

const fs::path& NewFile::path() const { return temporary_->path(); }

void NewFile::put_in_place() {
  temporary_->take_permissions_of(target_);
  temporary_->rename_to(target_);
  flush_folder(folder_of(target_));
}

int create_temporary_file(const fs::path& folder, fs::path& path) {
  // Eight attempts: the name is 64 random bits, so even a second one is a sign of something else.
  std::random_device random;
  int descriptor = -1;
  for (int attempt = 0; attempt < 8 && descriptor < 0; ++attempt) {
    path = folder / (std::string(kTemporaryPrefix) + std::to_string(random()) + std::to_string(random()) +
                     std::string(kTemporarySuffix));
    descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0 && errno != EEXIST) break;
    if (descriptor >= 0 && !lock_for_writing(descriptor)) ::close(std::exchange(descriptor, -1));
  }
  return descriptor;
}

void remove_abandoned_files(const fs::path& folder) {
  std::error_code problem;
  const fs::path searched = folder.empty() ? fs::path(".") : folder;
  for (fs::directory_iterator entry(searched, problem), end; !problem && entry != end; entry.increment(problem)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(kTemporaryPrefix) || !name.ends_with(kTemporarySuffix)) continue;
    const int descriptor = ::open(entry->path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0) continue;
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) ::unlink(entry->path().c_str());
    ::close(descriptor);
  }
}

void check_writable(const fs::path& file, const WritableCheck& check) {
  const fs::path target = target_of(file);
  const fs::path folder = folder_of(target);
  std::error_code problem;
  if (!fs::exists(folder, problem)) fail(file, "folder " + folder.string() + " does not exist; create it first");
  if (!fs::is_directory(folder, problem)) fail(file, folder.string() + " is not a folder; choose another one");
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
    fail(file, "folder " + folder.string() + " is not writable (" + reason(errno) + "); choose another one");
  }
  if (is_immutable(folder)) {
    fail(file, "folder " + folder.string() + " is immutable (chattr); choose another one");
  }
  const size_t longest = longest_name(folder);
  if (target.filename().string().size() > longest) {
    fail(file,
         "its name is longer than the " + std::to_string(longest) + " bytes that the file system takes; shorten it");
  }
  check_replaced(file, target, folder, check);
  TemporaryFile trial(file, folder);
  if (check.needs_room) trial.reserve(kSmallFile);
}

}  // namespace styler
