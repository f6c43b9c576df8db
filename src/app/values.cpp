#include "app/values.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <memory>
#include <system_error>

namespace styler::app {
namespace {

template <typename Number>
std::optional<Number> parse_all(std::string_view text) {
  Number value{};
  const char* end = std::to_address(text.end());
  const auto [stop, error] = std::from_chars(std::to_address(text.begin()), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<int64_t> parse_whole(std::string_view text) { return parse_all<int64_t>(text); }

std::optional<uint64_t> parse_unsigned(std::string_view text) { return parse_all<uint64_t>(text); }

std::optional<double> parse_decimal(std::string_view text) {
  const auto value = parse_all<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<double> parse_seconds(std::string_view text) {
  if (const auto plain = parse_decimal(text)) return *plain >= 0 ? plain : std::nullopt;
  double seconds = 0;
  double last_unit = 86400;  // each unit once, largest first: 1h30m, not 30m1h
  while (!text.empty()) {
    const size_t digits = text.find_first_not_of("0123456789.");
    if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
    const auto value = parse_decimal(text.substr(0, digits));
    const char letter = text[digits];
    const double unit = letter == 'h' ? 3600 : letter == 'm' ? 60 : letter == 's' ? 1 : 0;
    if (!value || unit == 0 || unit >= last_unit) return std::nullopt;
    seconds += *value * unit;
    last_unit = unit;
    text.remove_prefix(digits + 1);
  }
  return last_unit < 86400 ? std::optional(seconds) : std::nullopt;
}

std::optional<int64_t> parse_size(std::string_view text) {
  if (text == "original") return 0;
  const auto size = parse_whole(text);
  return size && *size >= 1 ? size : std::nullopt;
}

std::string decimal_text(double value) {
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), result.ptr};
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<long long>(std::llround(seconds));
  std::array<char, 48> buffer{};
  if (whole < 3600) {
    std::snprintf(buffer.data(), buffer.size(), "%lld:%02lld", whole / 60, whole % 60);
  } else {
    std::snprintf(buffer.data(), buffer.size(), "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
  }
  return buffer.data();
}

std::string size_text(int64_t size) { return size == 0 ? "original" : std::to_string(size); }

}  // namespace styler::app
