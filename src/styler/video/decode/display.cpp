#include "styler/video/decode/display.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "styler/base/size.hpp"
#include "styler/options/scales.hpp"

namespace styler {
namespace {

constexpr int kLeastUprightSideways = 5;

/// 1.0 in the matrix's numbers, of which phones' are off by a few.
constexpr double kOne = 65'536;

bool is_about_zero(double part) { return std::abs(part) < 0.01; }

}  // namespace

std::optional<int> orientation_of(const int32_t* matrix) {
  if (matrix == nullptr) return 1;
  // A stored pixel at (x, y) is seen at (a·x + c·y, b·x + d·y).
  const double a = matrix[0] / kOne, b = matrix[1] / kOne, c = matrix[3] / kOne, d = matrix[4] / kOne;
  if (is_about_zero(b) && is_about_zero(c) && !is_about_zero(a) && !is_about_zero(d)) {
    if (d > 0) return a > 0 ? 1 : 2;
    return a > 0 ? 4 : 3;
  }
  if (is_about_zero(a) && is_about_zero(d) && !is_about_zero(b) && !is_about_zero(c)) {
    if (b > 0) return c > 0 ? 5 : 6;
    return c > 0 ? 8 : 7;
  }
  if (is_about_zero(a) && is_about_zero(b) && is_about_zero(c) && is_about_zero(d)) return 1;  // as some cameras write
  return std::nullopt;
}

Size before_turning(Size displayed, int orientation) {
  return orientation >= kLeastUprightSideways ? Size{displayed.width, displayed.height} : displayed;
}

Size displayed_size(Size stored, PixelShape pixel, int orientation, int64_t long_edge) {
  constexpr int kFurthest = 8;
  const bool is_shape = pixel.width > 0 && pixel.height > 0 && pixel.width <= int64_t{kFurthest} * pixel.height &&
                        pixel.height <= int64_t{kFurthest} * pixel.width;
  Size seen = stored;
  if (is_shape) {
    const double wider = static_cast<double>(pixel.width) / pixel.height;
    seen.width = std::max<int64_t>(1, std::llround(static_cast<double>(stored.width) * wider));
  }
  seen = before_turning(seen, orientation);  // which turns either way
  return long_edge > 0 ? scaled_to_long_edge(seen, long_edge) : seen;
}

}  // namespace styler
