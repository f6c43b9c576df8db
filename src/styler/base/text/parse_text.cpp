#include "styler/base/text/parse_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <locale>
#include <memory>
#include <sstream>
#include <system_error>

namespace styler {
namespace {

template <typename Number>
std::optional<Number> parse_all(std::string_view text) {
  Number value{};
  const char* end = std::to_address(text.end());
  const auto [stop, error] = std::from_chars(std::to_address(text.begin()), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

constexpr int64_t kMegapixel = 1'000'000;
constexpr double kMostPixels = 1e12;  ///< Beyond any picture; keeps sums of pixels far from overflowing.

}  // namespace

std::optional<int64_t> parse_whole(std::string_view text) { return parse_all<int64_t>(text); }

std::optional<uint64_t> parse_unsigned(std::string_view text) { return parse_all<uint64_t>(text); }

std::optional<double> parse_decimal(std::string_view text) {
  const auto value = parse_all<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::vector<double>> parse_decimals(std::string_view text) {
  std::vector<double> values;
  for (const std::string_view part : parts_of(text, ',')) {
    const auto value = parse_decimal(part);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return values;
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

std::optional<Size> parse_shape(std::string_view text) {
  const size_t cross = text.find('x');
  if (cross == std::string_view::npos) return std::nullopt;
  const auto width = parse_whole(text.substr(0, cross));
  const auto height = parse_whole(text.substr(cross + 1));
  if (!width || !height || *width < 1 || *height < 1) return std::nullopt;
  return Size{*height, *width};
}

std::optional<int64_t> parse_pixel_count(std::string_view text) {
  int64_t unit = 1;
  if (text.ends_with("MP")) {
    unit = kMegapixel;
    text.remove_suffix(2);
  } else if (text.ends_with('M')) {
    unit = kMegapixel;
    text.remove_suffix(1);
  }
  const auto count = parse_decimal(text);
  const double pixels = count.value_or(0) * static_cast<double>(unit);
  if (!count || pixels < 1 || pixels > kMostPixels || (unit == 1 && !parse_whole(text))) return std::nullopt;
  return static_cast<int64_t>(pixels);
}

std::optional<int64_t> parse_bytes(std::string_view text) {
  constexpr std::string_view kUnits = "KMGT";
  constexpr double kMostBytes = 9e18;
  if (const auto plain = parse_whole(text)) return *plain >= 1 ? plain : std::nullopt;
  if (text.ends_with("iB")) text.remove_suffix(2);
  const size_t unit = text.empty() ? std::string_view::npos : kUnits.find(text.back());
  if (unit == std::string_view::npos) return std::nullopt;
  text.remove_suffix(1);
  const double bytes = parse_decimal(text).value_or(0) * std::exp2(10.0 * static_cast<double>(unit + 1));
  return bytes >= 1 && bytes <= kMostBytes ? std::optional(static_cast<int64_t>(bytes)) : std::nullopt;
}

std::optional<int64_t> parse_tile(std::string_view text) {
  if (text == "off") return 0;
  const auto edge = parse_whole(text);
  return edge && *edge >= 1 ? edge : std::nullopt;
}

std::optional<int> parse_threads(std::string_view text) {
  const auto threads = parse_whole(text);
  return threads && *threads >= 1 && *threads <= 4096 ? std::optional(static_cast<int>(*threads)) : std::nullopt;
}

std::optional<std::array<double, 3>> parse_colour(std::string_view text) {
  if (text == "white") return std::array{1.0, 1.0, 1.0};
  if (text == "black") return std::array{0.0, 0.0, 0.0};
  if (text == "grey" || text == "gray") return std::array{0.5, 0.5, 0.5};
  if (text.size() != 7 || text.front() != '#') return std::nullopt;
  std::array<double, 3> colour{};
  for (size_t i = 0; i < colour.size(); ++i) {
    const std::string_view digits = text.substr(1 + 2 * i, 2);
    unsigned level = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), level, 16);
    if (error != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
    colour.at(i) = level / 255.0;
  }
  return colour;
}

std::string number_text(double value) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << value;
  return out.str();
}

std::string decimal_text(double value) {
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), result.ptr};
}

std::string decimals_text(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text.append(text.empty() ? "" : ",").append(decimal_text(value));
  return text;
}

std::string duration_text(double seconds) {
  constexpr double kMost = 3.6e15;  // a million million hours; more does not fit a whole number
  const auto whole = static_cast<long long>(std::llround(std::min(seconds, kMost)));
  std::array<char, 48> buffer{};
  if (whole < 3600) {
    std::snprintf(buffer.data(), buffer.size(), "%lld:%02lld", whole / 60, whole % 60);
  } else {
    std::snprintf(buffer.data(), buffer.size(), "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
  }
  return buffer.data();
}

std::string long_edge_text(int64_t size) { return size == 0 ? "original" : std::to_string(size); }

std::string pixel_count_text(int64_t pixels) {
  return pixels % kMegapixel == 0 ? std::to_string(pixels / kMegapixel) + "MP" : std::to_string(pixels);
}

std::string colour_text(const std::array<double, 3>& colour) {
  std::array<char, 8> buffer{};
  const auto level = [&](size_t i) { return static_cast<unsigned>(std::lround(255 * colour.at(i))) & 0xFF; };
  std::snprintf(buffer.data(), buffer.size(), "#%02x%02x%02x", level(0), level(1), level(2));
  return buffer.data();
}

}  // namespace styler
