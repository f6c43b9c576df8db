#pragma once

#include <cstdint>
#include <vector>

namespace styler {

/// What turns a frame's linear or coded light into sRGB's, beyond its matrix.
enum class Light : std::uint8_t {
  Srgb,       ///< Nothing: BT.601's and BT.709's code values count as sRGB's, as players have it.
  Bt2020,     ///< BT.2020's primaries, an ordinary curve.
  DisplayP3,  ///< P3's primaries, an ordinary curve.
  Pq,         ///< HDR by SMPTE ST 2084.
  Hlg,        ///< HDR by ARIB STD-B67.
};

constexpr bool is_hdr(Light light) { return light == Light::Pq || light == Light::Hlg; }

/// Turns PQ, HLG and colours of wide primaries into sRGB.
///
/// HDR is tone-mapped as BT.2390 has it: light up to about that of paper stays as it is, from there to the film's peak
/// it rolls off to white, by the largest of a pixel's three colours, so that hues stay. 203 candelas per square metre
/// are white, as BT.2408 has it.
class LightToSrgb {
 public:
  /// \param light  not Srgb, which needs no turning.
  /// \param peak   the brightest that a film in PQ has, in candelas per square metre; HLG's is always 1000.
  LightToSrgb(Light light, double peak);

  /// In place; every value comes out in [0, 1], whatever it was.
  void convert(float* red, float* green, float* blue, int64_t count) const;

 private:
  Light light_;
  std::vector<float> linear_, factor_;  // tables of [0, 1]
};

}  // namespace styler
