#include "styler/video/decode/light.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "styler/base/error.hpp"

namespace styler {
namespace {

/// SMPTE ST 2084's curve, between its code values and light as a part of 10000 candelas per square metre.
constexpr double kPqM1 = 2610.0 / 16384, kPqM2 = 2523.0 / 4096 * 128;
constexpr double kPqC1 = 3424.0 / 4096, kPqC2 = 2413.0 / 4096 * 32, kPqC3 = 2392.0 / 4096 * 32;
constexpr double kPqPeak = 10'000;

double light_from_pq(double code) {
  const double root = std::pow(std::clamp(code, 0.0, 1.0), 1 / kPqM2);
  return kPqPeak * std::pow(std::max(root - kPqC1, 0.0) / (kPqC2 - kPqC3 * root), 1 / kPqM1);
}

double pq_from_light(double candelas) {
  const double power = std::pow(std::max(candelas, 0.0) / kPqPeak, kPqM1);
  return std::pow((kPqC1 + kPqC2 * power) / (1 + kPqC3 * power), kPqM2);
}

/// ARIB STD-B67's curve: of a scene, where 1 is the brightest.
double scene_from_hlg(double code) {
  constexpr double kA = 0.17883277, kB = 1 - 4 * kA;
  const double kC = 0.5 - kA * std::log(4 * kA);
  const double value = std::clamp(code, 0.0, 1.0);
  return value <= 0.5 ? value * value / 3 : (std::exp((value - kC) / kA) + kB) / 12;
}

/// The light that sRGB calls white when HDR and it are shown side by side (BT.2408).
constexpr double kWhite = 203;
/// What HLG is made for.
constexpr double kHlgPeak = 1000;

/// BT.2390's roll-off towards kWhite, as the factor that a light has.
double tone_factor(double candelas, double peak) {
  if (candelas <= 0 || peak <= kWhite) return 1;
  const double whole = pq_from_light(peak);
  const double most = pq_from_light(kWhite) / whole;
  const double knee = 1.5 * most - 0.5;
  double value = std::min(pq_from_light(candelas) / whole, 1.0);
  if (value > knee) {
    const double t = (value - knee) / (1 - knee), t2 = t * t, t3 = t2 * t;
    value = (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) + (3 * t2 - 2 * t3) * most;
  }
  return light_from_pq(value * whole) / candelas;
}

float srgb_from_linear(float light) {
  if (!(light > 0)) return 0;  // NaN, too
  if (light >= 1) return 1;
  return light <= 0.0031308F ? 12.92F * light : 1.055F * std::pow(light, 1 / 2.4F) - 0.055F;
}

double linear_from_srgb(double code) { return code <= 0.04045 ? code / 12.92 : std::pow((code + 0.055) / 1.055, 2.4); }

/// Rows of a matrix between primaries that have D65 in common.
using Matrix = std::array<float, 9>;
constexpr Matrix kBt709FromBt2020{1.6604910F,  -0.5876411F, -0.0728499F, -0.1245505F, 1.1328999F,
                                  -0.0083494F, -0.0181508F, -0.1005789F, 1.1187297F};
constexpr Matrix kBt709FromP3{1.2249401F, -0.2249404F, 0.0F,        -0.0420569F, 1.0420571F,
                              0.0F,       -0.0196376F, -0.0786361F, 1.0982735F};

/// As fine as sixteen bits are.
constexpr size_t kSteps = 65'535;

/// The values of a function of [0, 1].
template <typename Function>
std::vector<float> tabulated(const Function& function) {
  std::vector<float> values(kSteps + 1);
  for (size_t i = 0; i <= kSteps; ++i) values[i] = static_cast<float>(function(static_cast<double>(i) / kSteps));
  return values;
}

float looked_up(const std::vector<float>& values, float at) {
  if (!(at > 0)) return values.front();  // NaN, too
  return at >= 1 ? values.back() : values[static_cast<size_t>(std::lround(at * kSteps))];
}

double linear_from_code(Light light, double code) {
  if (light == Light::Pq) return light_from_pq(code) / kWhite;
  return light == Light::Hlg ? scene_from_hlg(code) : linear_from_srgb(code);
}

void apply(const Matrix& m, float& r, float& g, float& b) {
  const float red = m[0] * r + m[1] * g + m[2] * b;
  const float green = m[3] * r + m[4] * g + m[5] * b;
  b = m[6] * r + m[7] * g + m[8] * b;
  r = red;
  g = green;
}

}  // namespace

LightToSrgb::LightToSrgb(Light light, double peak)
    : light_(light), linear_(tabulated([light](double code) { return linear_from_code(light, code); })) {
  STYLER_ASSERT(light != Light::Srgb);
  if (!is_hdr(light)) return;
  const double brightest = light == Light::Hlg ? kHlgPeak : peak;
  // By the light's root, whose steps are fine enough in the dark.
  factor_ = tabulated([brightest](double root) { return tone_factor(root * root * kPqPeak, brightest); });
}

void LightToSrgb::convert(float* red, float* green, float* blue, int64_t count) const {
  const Matrix& matrix = light_ == Light::DisplayP3 ? kBt709FromP3 : kBt709FromBt2020;
  constexpr float kWhitePart = static_cast<float>(kWhite / kPqPeak);
  for (int64_t i = 0; i < count; ++i) {
    float r = looked_up(linear_, red[i]), g = looked_up(linear_, green[i]), b = looked_up(linear_, blue[i]);
    if (light_ == Light::Hlg) {  // from a scene's light to that of a display of 1000 candelas
      const float luminance = 0.2627F * r + 0.6780F * g + 0.0593F * b;
      const float gain = luminance > 0 ? std::pow(luminance, 0.2F) * static_cast<float>(kHlgPeak / kWhite) : 0;
      r *= gain;
      g *= gain;
      b *= gain;
    }
    if (!factor_.empty()) {
      const float factor = looked_up(factor_, std::sqrt(std::max({r, g, b}) * kWhitePart));
      r *= factor;
      g *= factor;
      b *= factor;
    }
    apply(matrix, r, g, b);
    red[i] = srgb_from_linear(r);
    green[i] = srgb_from_linear(g);
    blue[i] = srgb_from_linear(b);
  }
}

}  // namespace styler
