#include <algorithm>
#include <cmath>

#include "styler/core/colour/colour_transfer.hpp"

namespace styler {
namespace {

/// Chroma below which a colour is grey: what a grey photo's channels may differ by after a colour profile was applied.
constexpr double kLeastChroma = 5e-5;

/// Halvings in the search for the largest chroma: a 65536th of it, less than a 16-bit level.
constexpr int kHalvings = 16;

/// The transfer function of sRGB (IEC 61966-2-1).
double linear_from_encoded(double value) {
  value = std::clamp(value, 0.0, 1.0);
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double encoded_from_linear(double value) {
  value = std::clamp(value, 0.0, 1.0);
  return value <= 0.0031308 ? value * 12.92 : 1.055 * std::pow(value, 1 / 2.4) - 0.055;
}

double cubed(double value) { return value * value * value; }

Colour linear_from_oklab(const Colour& lab) {
  const double l = cubed(lab[0] + 0.3963377774 * lab[1] + 0.2158037573 * lab[2]);
  const double m = cubed(lab[0] - 0.1055613458 * lab[1] - 0.0638541728 * lab[2]);
  const double s = cubed(lab[0] - 0.0894841775 * lab[1] - 1.2914855480 * lab[2]);
  return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
          -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
          -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

bool is_in_srgb(const Colour& linear) {
  constexpr double kTolerance = 1e-6;  // of the published matrices, which are rounded
  return std::all_of(linear.begin(), linear.end(),
                     [](double value) { return value >= -kTolerance && value <= 1 + kTolerance; });
}

}  // namespace

Colour oklab_from_srgb(const Colour& rgb) {
  const double r = linear_from_encoded(rgb[0]);
  const double g = linear_from_encoded(rgb[1]);
  const double b = linear_from_encoded(rgb[2]);
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
          1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
          0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

Colour srgb_from_oklab(const Colour& lab) {
  const double lightness = std::clamp(lab[0], 0.0, 1.0);
  if (std::hypot(lab[1], lab[2]) < kLeastChroma) {
    const double grey = encoded_from_linear(cubed(lightness));
    return {grey, grey, grey};
  }
  const auto with_chroma_times = [&](double factor) {
    return linear_from_oklab({lightness, factor * lab[1], factor * lab[2]});
  };
  Colour linear = with_chroma_times(1);
  if (!is_in_srgb(linear)) {
    double inside = 0;
    double outside = 1;
    for (int i = 0; i < kHalvings; ++i) {
      const double middle = (inside + outside) / 2;
      (is_in_srgb(with_chroma_times(middle)) ? inside : outside) = middle;
    }
    linear = with_chroma_times(inside);
  }
  return {encoded_from_linear(linear[0]), encoded_from_linear(linear[1]), encoded_from_linear(linear[2])};
}

}  // namespace styler
