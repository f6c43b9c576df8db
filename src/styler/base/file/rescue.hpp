#pragma once

#include <filesystem>
#include <string_view>

namespace styler {

/// write_file_atomically() for what took hours to make. Where that fails, the bytes go into a new file elsewhere:
/// beside `file` under another name, into the current folder, $TMPDIR, /tmp or the home folder, whichever takes them
/// first.
/// \throws Error{Output} when `file` was not written, with the reason and where the bytes are.
/// \param what  is written, for the sentence: "the picture".
void write_file_or_rescue(const std::filesystem::path& file, std::string_view bytes, std::string_view what);

}  // namespace styler
