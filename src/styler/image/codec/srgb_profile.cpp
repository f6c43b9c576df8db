#include "styler/image/codec/srgb_profile.hpp"

#include <array>
#include <cmath>
#include <new>
#include <string_view>

#include "styler/image/codec/lcms.hpp"

namespace styler {
namespace {

LcmsCurve srgb_curve(cmsContext context) {
  constexpr cmsInt32Number kSrgbFormula = 4;  // of lcms2's parametric curves
  constexpr cmsFloat64Number kSrgb[] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  LcmsCurve curve(cmsBuildParametricToneCurve(context, kSrgbFormula, kSrgb));
  if (!curve) throw std::bad_alloc();
  return curve;
}

/// sRGB's curve as a table, since version 2 has no formulas. 1024 entries are exact to 16 bits but in the darkest
/// levels; 4096, which Little CMS would choose, only make every file larger.
LcmsCurve tabulated_curve(cmsContext context) {
  constexpr size_t kEntries = 1024;
  const LcmsCurve formula = srgb_curve(context);
  std::array<cmsUInt16Number, kEntries> table{};
  for (size_t i = 0; i < kEntries; ++i) {
    const float linear = cmsEvalToneCurveFloat(formula.get(), static_cast<float>(i) / (kEntries - 1));
    table[i] = static_cast<cmsUInt16Number>(std::lround(linear * 65535));
  }
  LcmsCurve curve(cmsBuildTabulatedToneCurve16(context, kEntries, table.data()));
  if (!curve) throw std::bad_alloc();
  return curve;
}

/// Empty when there is no profile.
std::string saved(const LcmsProfile& profile) {
  cmsUInt32Number size = 0;
  if (!profile || cmsSaveProfileToMem(profile.get(), nullptr, &size) == 0) return {};
  std::string bytes(size, '\0');
  return cmsSaveProfileToMem(profile.get(), bytes.data(), &size) != 0 ? bytes : std::string();
}

std::string made_profile() {
  const LcmsContext context = new_lcms_context();
  const LcmsProfile profile(cmsCreate_sRGBProfileTHR(context.get()));
  const LcmsCurve curve = tabulated_curve(context.get());
  if (!profile) throw std::bad_alloc();
  cmsSetProfileVersion(profile.get(), 2.1);
  cmsWriteTag(profile.get(), cmsSigRedTRCTag, curve.get());
  cmsLinkTag(profile.get(), cmsSigGreenTRCTag, cmsSigRedTRCTag);
  cmsLinkTag(profile.get(), cmsSigBlueTRCTag, cmsSigRedTRCTag);
  std::string bytes = saved(profile);
  if (bytes.empty()) throw std::bad_alloc();
  // Six 16-bit numbers from byte 24: when the profile was made. Ours must not tell, or no two files were the same.
  constexpr std::string_view kNewYear2000("\x07\xD0\0\x01\0\x01\0\0\0\0\0\0", 12);
  constexpr size_t kDate = 24;
  return bytes.replace(kDate, kNewYear2000.size(), kNewYear2000);
}

std::string profile_of_curve(cmsContext context, cmsToneCurve* curve, const Primaries& primaries, bool grey) {
  if (grey) return saved(LcmsProfile(cmsCreateGrayProfileTHR(context, cmsD50_xyY(), curve)));
  const auto xyy = [](const double(&xy)[2]) { return cmsCIExyY{xy[0], xy[1], 1}; };
  const cmsCIExyY white = xyy(primaries.white);
  const cmsCIExyYTRIPLE rgb{xyy(primaries.red), xyy(primaries.green), xyy(primaries.blue)};
  cmsToneCurve* const curves[] = {curve, curve, curve};
  return saved(LcmsProfile(cmsCreateRGBProfileTHR(context, &white, &rgb, curves)));
}

LcmsCurve power_curve(cmsContext context, double exponent) {
  LcmsCurve curve(cmsBuildGamma(context, exponent));
  if (!curve) throw std::bad_alloc();
  return curve;
}

}  // namespace

const std::string& srgb_profile() {
  static const std::string profile = made_profile();
  return profile;
}

Primaries Primaries::of_srgb() { return {{0.3127, 0.3290}, {0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}}; }

Primaries Primaries::of_adobe_rgb() { return {{0.3127, 0.3290}, {0.64, 0.33}, {0.21, 0.71}, {0.15, 0.06}}; }

bool are_close(const Primaries& a, const Primaries& b) {
  constexpr double kRounding = 0.002;  // those who write them down round to two or three digits
  const auto same = [](const double(&x)[2], const double(&y)[2]) {
    return std::abs(x[0] - y[0]) < kRounding && std::abs(x[1] - y[1]) < kRounding;
  };
  return same(a.white, b.white) && same(a.red, b.red) && same(a.green, b.green) && same(a.blue, b.blue);
}

std::string gamma_profile(double exponent, const Primaries& primaries, bool grey) {
  constexpr double kSmallest = 0.05, kLargest = 5;  // beyond, the number is damaged or a joke
  // 1/2.2 is how programs that know only this chunk say sRGB; the standard tells them to.
  constexpr double kMeansSrgb = 1 / 2.2, kRounding = 0.005;
  if (!(exponent >= kSmallest && exponent <= kLargest)) return {};
  const bool means_srgb = std::abs(exponent - kMeansSrgb) < kRounding;
  if (means_srgb && (grey || are_close(primaries, Primaries::of_srgb()))) return {};
  const LcmsContext context = new_lcms_context();
  const LcmsCurve curve = means_srgb ? srgb_curve(context.get()) : power_curve(context.get(), 1 / exponent);
  return profile_of_curve(context.get(), curve.get(), primaries, grey);
}

std::string adobe_rgb_profile(bool grey) {
  constexpr double kExponent = 563.0 / 256;  // as Adobe's own profile has it
  const LcmsContext context = new_lcms_context();
  const LcmsCurve curve = power_curve(context.get(), kExponent);
  return profile_of_curve(context.get(), curve.get(), Primaries::of_adobe_rgb(), grey);
}

}  // namespace styler
