#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

namespace styler {

/// Replaces `file` by `bytes`: they go to a temporary file in the same folder, are flushed to the disk, and are renamed
/// over `file`. Whatever happens, the old file or the new one is there, whole; a failed attempt leaves nothing behind.
/// \throws Error{Output} naming the file and the system's reason.
void write_file_atomically(const std::filesystem::path& file, std::string_view bytes);

/// Takes the next bytes of a file.
using ByteSink = std::function<void(std::string_view)>;

/// The same for bytes that need not be in memory all at once: `produce` hands them over piece by piece.
/// \throws also what `produce` throws; then the old file stays, too.
void write_file_atomically(const std::filesystem::path& file, const std::function<void(const ByteSink&)>& produce);

/// Creates an empty file `.styler-….tmp` in `folder` and locks it for as long as it is open, so that
/// remove_abandoned_files() leaves it alone.
/// \param path  Receives its name.
/// \return      Its descriptor, open for writing, for the caller to close; -1 with the reason in `errno`.
int create_temporary_file(const std::filesystem::path& folder, std::filesystem::path& path);

/// Removes what writers that were killed have left in `folder` (empty: the current one): files of
/// create_temporary_file(), write_file_atomically's too, whose writer is gone. Those of living writers, on this machine
/// or another that shares the folder, are locked and stay.
void remove_abandoned_files(const std::filesystem::path& folder);

/// Checks, without touching `file`, that write_file_atomically could succeed: the folder exists and is writable, and
/// `file` is no folder itself.
/// \throws Error{Output}
void check_writable(const std::filesystem::path& file);

}  // namespace styler
