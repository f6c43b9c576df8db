#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

namespace styler {

/// Replaces `file` by `bytes`: they go to a temporary file in the same folder, are flushed to the disk, and are renamed
/// over `file`; over what it leads to where it is a symbolic link, also to a file that is not there yet. Whatever
/// happens, the old file or the new one is there, whole; a failed attempt leaves nothing behind.
/// \throws Error{Output} naming the file and the system's reason.
void write_file_atomically(const std::filesystem::path& file, std::string_view bytes);

/// Takes the next bytes of a file.
using ByteSink = std::function<void(std::string_view)>;

/// The same for bytes that need not be in memory all at once: `produce` hands them over piece by piece.
/// \throws also what `produce` throws; then the old file stays, too.
void write_file_atomically(const std::filesystem::path& file, const std::function<void(const ByteSink&)>& produce);

class TemporaryFile;  // of atomic_file.cpp

/// write_file_atomically() for what others write by a file's name, or over a long time: what goes into path() becomes
/// the file with put_in_place(), and is gone without.
class NewFile {
 public:
  /// \throws Error{Output}
  explicit NewFile(const std::filesystem::path& file);
  ~NewFile();
  /// Where the bytes go: an empty file in the folder of the one that it is to become.
  const std::filesystem::path& path() const;
  /// Flushes and renames; whoever wrote the file has closed it. To be called once.
  /// \throws Error{Output}
  void put_in_place();

 private:
  std::filesystem::path target_;
  std::unique_ptr<TemporaryFile> temporary_;
};

/// Creates an empty file `.styler-….tmp` in `folder` and locks it for as long as it is open, so that
/// remove_abandoned_files() leaves it alone.
/// \param path  Receives its name.
/// \return      Its descriptor, open for writing, for the caller to close; -1 with the reason in `errno`.
int create_temporary_file(const std::filesystem::path& folder, std::filesystem::path& path);

/// Removes what writers that were killed have left in `folder` (empty: the current one): files of
/// create_temporary_file(), write_file_atomically's too, whose writer is gone. Those of living writers, on this machine
/// or another that shares the folder, are locked and stay.
void remove_abandoned_files(const std::filesystem::path& folder);

/// What check_writable() asks beside the rest.
struct WritableCheck {
  /// A file that is write-protected may be replaced.
  bool replaces_protected = false;
  /// The disk must have room for a small file. Not for files that a run can do without.
  bool needs_room = false;
  /// Whether the user can have write-protected files replaced, with --force.
  bool offers_force = true;
};

/// Checks, without touching `file`, that write_file_atomically could succeed, so that nothing is computed for hours and
/// lost at the end: the folder is there and takes a new file, which is tried; the name is not too long; what is there
/// under that name is a plain file, is not write-protected, and nobody has forbidden to replace it (chattr, a sticky
/// folder).
/// \throws Error{Output}
void check_writable(const std::filesystem::path& file, const WritableCheck& check = {});

}  // namespace styler
