#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace styler {

/// The beginning of a text.
struct TextStart {
  std::string_view bytes;          ///< At least one.
  std::optional<char32_t> letter;  ///< None: the byte is no UTF-8.
};
/// The first letter of UTF-8 text, or the first byte where it is none. Requires that `text` is not empty.
TextStart first_letter(std::string_view text);

/// Whether a terminal shows a letter. It would obey control characters (C0, C1, DEL) and turn lines around for marks of
/// direction.
bool is_shown(char32_t letter);

/// Whether all of `text` is UTF-8.
bool is_utf8(std::string_view text);

/// `text` on one line and without anything that a terminal would obey: `\n`, `\x1b`, `\u202e` stand for such letters,
/// and `\xff` for a byte that is no UTF-8. Names of files can hold all of that. Whatever is told to people goes through
/// here once, where it is written.
std::string printable(std::string_view text);

/// `'FILE'`, as a sentence names a file or a folder.
std::string quoted(const std::filesystem::path& file);

}  // namespace styler
