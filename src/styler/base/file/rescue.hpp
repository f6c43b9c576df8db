#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

namespace styler {

/// Writes what took hours to make by `write`, which is told the file. Where that fails, a new file elsewhere is
/// written: beside `file` under another name, in the current folder, $TMPDIR, /tmp or the home folder, whichever takes
/// it first.
/// \param write  replaces the file that it is told, whole or not at all.
/// \throws Error{Output} when `file` was not written, with the reason and where the bytes are; what `write` throws
///         otherwise.
/// \param what  is written, for the sentence: "the model".
void write_or_rescue(const std::filesystem::path& file, const std::function<void(const std::filesystem::path&)>& write,
                     std::string_view what);

/// The same for bytes, by write_file_atomically().
void write_file_or_rescue(const std::filesystem::path& file, std::string_view bytes, std::string_view what);

}  // namespace styler
