#include "styler/base/text/printable.hpp"

#include <array>
#include <cstddef>
#include <cstdio>

#include "styler/base/error.hpp"

namespace styler {
namespace {

unsigned byte_of(char letter) { return static_cast<unsigned char>(letter); }

/// Bytes that the first one announces; 0: it begins no letter.
size_t announced_bytes(unsigned first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

/// The least letter that takes so many bytes; what is less is written too long.
char32_t least_letter(size_t bytes) { return bytes == 4 ? 0x10000 : bytes == 3 ? 0x800 : bytes == 2 ? 0x80 : 0; }

std::string in_digits(const char* form, unsigned number) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), form, number);
  return text.data();
}

std::string named(char32_t letter) {
  if (letter == U'\n') return "\\n";
  if (letter == U'\t') return "\\t";
  if (letter == U'\r') return "\\r";
  return in_digits(letter < 0x80 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(letter));
}

}  // namespace

TextStart first_letter(std::string_view text) {
  STYLER_ASSERT(!text.empty());
  const unsigned first = byte_of(text.front());
  const size_t bytes = announced_bytes(first);
  const TextStart none{text.substr(0, 1), std::nullopt};
  if (bytes == 0 || bytes > text.size()) return none;
  char32_t letter = bytes == 1 ? first : first & (0x7FU >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    const unsigned byte = byte_of(text[i]);
    if ((byte & 0xC0U) != 0x80U) return none;
    letter = letter << 6U | (byte & 0x3FU);
  }
  const bool surrogate = letter >= 0xD800 && letter < 0xE000;
  if (letter < least_letter(bytes) || letter > 0x10FFFF || surrogate) return none;
  return {text.substr(0, bytes), letter};
}

bool is_shown(char32_t letter) {
  const auto within = [letter](char32_t first, char32_t last) { return letter >= first && letter <= last; };
  const bool control = letter < 0x20 || within(0x7F, 0x9F);
  const bool separator_or_direction = within(0x2028, 0x202E) || within(0x2066, 0x2069);
  return !control && !separator_or_direction;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const TextStart start = first_letter(text);
    if (!start.letter) return false;
    text.remove_prefix(start.bytes.size());
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const TextStart start = first_letter(text);
    if (!start.letter) {
      result += in_digits("\\x%02x", byte_of(text.front()));
    } else if (is_shown(*start.letter)) {
      result += start.bytes;
    } else {
      result += named(*start.letter);
    }
    text.remove_prefix(start.bytes.size());
  }
  return result;
}

std::string quoted(const std::filesystem::path& file) { return "'" + file.string() + "'"; }

}  // namespace styler
