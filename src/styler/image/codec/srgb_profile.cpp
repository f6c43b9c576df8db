#include "styler/image/codec/srgb_profile.hpp"

#include <lcms2.h>

#include <array>
#include <cmath>
#include <memory>
#include <new>
#include <string_view>

namespace styler {
namespace {

struct CloseProfile {
  void operator()(void* profile) const { cmsCloseProfile(profile); }
};
struct FreeCurve {
  void operator()(cmsToneCurve* curve) const { cmsFreeToneCurve(curve); }
};
struct DeleteContext {
  void operator()(cmsContext context) const { cmsDeleteContext(context); }
};

/// sRGB's curve as a table, since version 2 has no formulas. 1024 entries are exact to 16 bits but in the darkest
/// levels; 4096, which Little CMS would choose, only make every file larger.
std::unique_ptr<cmsToneCurve, FreeCurve> tabulated_curve(cmsContext context) {
  constexpr size_t kEntries = 1024;
  constexpr cmsInt32Number kSrgbFormula = 4;
  constexpr cmsFloat64Number kSrgb[] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  const std::unique_ptr<cmsToneCurve, FreeCurve> formula(cmsBuildParametricToneCurve(context, kSrgbFormula, kSrgb));
  if (!formula) throw std::bad_alloc();
  std::array<cmsUInt16Number, kEntries> table{};
  for (size_t i = 0; i < kEntries; ++i) {
    const float linear = cmsEvalToneCurveFloat(formula.get(), static_cast<float>(i) / (kEntries - 1));
    table[i] = static_cast<cmsUInt16Number>(std::lround(linear * 65535));
  }
  return std::unique_ptr<cmsToneCurve, FreeCurve>(cmsBuildTabulatedToneCurve16(context, kEntries, table.data()));
}

std::string made_profile() {
  // A context of our own, so that no other user's error handler hears of us.
  const std::unique_ptr<_cmsContext_struct, DeleteContext> context(cmsCreateContext(nullptr, nullptr));
  const std::unique_ptr<void, CloseProfile> profile(cmsCreate_sRGBProfileTHR(context.get()));
  const auto curve = tabulated_curve(context.get());
  if (!profile || !curve) throw std::bad_alloc();
  cmsSetProfileVersion(profile.get(), 2.1);
  cmsWriteTag(profile.get(), cmsSigRedTRCTag, curve.get());
  cmsLinkTag(profile.get(), cmsSigGreenTRCTag, cmsSigRedTRCTag);
  cmsLinkTag(profile.get(), cmsSigBlueTRCTag, cmsSigRedTRCTag);
  cmsUInt32Number size = 0;
  if (!cmsSaveProfileToMem(profile.get(), nullptr, &size)) throw std::bad_alloc();
  std::string bytes(size, '\0');
  if (!cmsSaveProfileToMem(profile.get(), bytes.data(), &size)) throw std::bad_alloc();
  // Six 16-bit numbers from byte 24: when the profile was made. Ours must not tell, or no two files were the same.
  constexpr std::string_view kNewYear2000("\x07\xD0\0\x01\0\x01\0\0\0\0\0\0", 12);
  constexpr size_t kDate = 24;
  return bytes.replace(kDate, kNewYear2000.size(), kNewYear2000);
}

}  // namespace

const std::string& srgb_profile() {
  static const std::string profile = made_profile();
  return profile;
}

}  // namespace styler
