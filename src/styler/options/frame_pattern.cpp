#include "styler/options/frame_pattern.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"

namespace styler {
namespace {

/// As many as a 64-bit number can have.
constexpr size_t kMostDigits = 18;

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

/// Where the `d` of the `%05d` that begins at `percent` stands; npos: none begins there.
size_t end_of_number(std::string_view text, size_t percent) {
  size_t at = percent + 1;
  while (at < text.size() && is_digit(text[at])) ++at;
  return at < text.size() && text[at] == 'd' ? at : std::string_view::npos;
}

}  // namespace

bool FramePattern::is_pattern(const std::filesystem::path& name) {
  const std::string text = name.filename().string();
  for (size_t at = text.find('%'); at != std::string::npos; at = text.find('%', at + 1)) {
    if (end_of_number(text, at) != std::string::npos) return true;
    if (at + 1 < text.size() && text[at + 1] == '%') ++at;
  }
  return false;
}

FramePattern::FramePattern(const std::filesystem::path& pattern) : folder_(pattern.parent_path()) {
  const auto refuse = [&pattern](const std::string& reason) {
    reject("the pattern " + quoted(pattern) + " " + reason + "; write frame_%05d.png, for example");
  };
  const std::string text = pattern.filename().string();
  bool numbered = false;
  for (size_t at = 0; at < text.size(); ++at) {
    std::string& part = numbered ? after_ : before_;
    if (text[at] != '%') {
      part += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '%') {
      part += text[at++];
    } else if (const size_t end = end_of_number(text, at); end != std::string::npos) {
      if (numbered) refuse("has two numbers, but a picture has one");
      numbered = true;
      const char* const last = text.data() + end;
      // A number that fits nowhere is read to its end, too.
      if (at + 1 < end && std::from_chars(text.data() + at + 1, last, digits_).ec != std::errc()) {
        digits_ = kMostDigits + 1;
      }
      if (digits_ > kMostDigits) refuse("asks for more than " + std::to_string(kMostDigits) + " digits");
      at = end;
    } else {
      refuse("has a % that is no number's; %% stands for a percent sign");
    }
  }
  if (!numbered) refuse("has no place for a picture's number");
}

std::filesystem::path FramePattern::file(int64_t number) const {
  std::string digits = std::to_string(number);
  digits.insert(0, digits_ - std::min(digits_, digits.size()), '0');
  return folder_ / (before_ + digits + after_);
}

std::optional<int64_t> FramePattern::number_of(std::string_view file_name) const {
  if (file_name.size() <= before_.size() + after_.size() || !file_name.starts_with(before_) ||
      !file_name.ends_with(after_)) {
    return std::nullopt;
  }
  const std::string_view digits = file_name.substr(before_.size(), file_name.size() - before_.size() - after_.size());
  int64_t number = 0;
  if (!std::ranges::all_of(digits, is_digit) || digits.size() > kMostDigits) return std::nullopt;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (file(number).filename().string() != file_name) return std::nullopt;
  return number;
}

}  // namespace styler
