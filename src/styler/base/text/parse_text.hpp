#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "styler/base/size.hpp"

namespace styler {

/// What people write on a command line, read whole: `12x` is no number. Empty where the text is something else.
std::optional<int64_t> parse_whole(std::string_view text);
std::optional<uint64_t> parse_unsigned(std::string_view text);
/// Finite numbers only.
std::optional<double> parse_decimal(std::string_view text);
/// What stands between the separators, at least one text; each may be empty.
std::vector<std::string_view> parts_of(std::string_view text, char separator);
/// Finite numbers with commas between them, at least one.
std::optional<std::vector<double>> parse_decimals(std::string_view text);
/// Seconds (`90`, `1.5`) or hours, minutes and seconds with units (`90s`, `10m`, `1h30m`).
std::optional<double> parse_seconds(std::string_view text);
/// Pixels, at least 1, or `original`, which is 0.
std::optional<int64_t> parse_size(std::string_view text);
/// Width and height in pixels, each at least 1: `640x480`.
std::optional<Size> parse_shape(std::string_view text);

/// Pixels of a picture, at least 1: `250000`, `500M` or `500MP`.
std::optional<int64_t> parse_pixel_count(std::string_view text);
/// Bytes, at least 1: `2000000000`, `500M`, `4G`, `1.5GiB`, with K, M, G and T for powers of 1024, as Docker, systemd
/// and ulimit have it.
std::optional<int64_t> parse_bytes(std::string_view text);
/// Pixels, or `off`, which is 0. `auto` is for the caller.
std::optional<int64_t> parse_tile(std::string_view text);
/// Threads of a processor, from 1 to 4096.
std::optional<int> parse_threads(std::string_view text);
/// Red, green and blue in [0, 1]: `white`, `black`, `grey` (or `gray`), `#rrggbb`.
std::optional<std::array<double, 3>> parse_colour(std::string_view text);

/// `0.25`, `-1e-09`: at most six digits, as a person would write it, whatever the locale.
std::string number_text(double value);
/// The shortest text that parse_decimal reads back as the same number.
std::string decimal_text(double value);
/// `3,1`; empty for none.
std::string decimals_text(const std::vector<double>& values);
/// `0:07`, `12:34`, `1:02:03`; rounded to whole seconds.
std::string duration_text(double seconds);
/// `512` or `original`.
std::string long_edge_text(int64_t size);
/// `500MP` for whole millions, `1234` for others.
std::string pixel_count_text(int64_t pixels);
/// `#rrggbb`
std::string colour_text(const std::array<double, 3>& colour);

}  // namespace styler
