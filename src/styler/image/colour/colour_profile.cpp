#include "styler/image/colour/colour_profile.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <new>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/image/codec/lcms.hpp"
#include "styler/image/codec/srgb_profile.hpp"
#include "styler/image/colour/tabulated_transform.hpp"

namespace styler {
namespace {

/// lcms2 itself, in floating point: exact, and a fraction of a microsecond per pixel.
class ExactTransform : public ColourTransform {
 public:
  ExactTransform(LcmsContext context, LcmsTransform transform, int channels_in, int channels_used, float scale)
      : context_(std::move(context)),
        transform_(std::move(transform)),
        channels_in_(channels_in),
        channels_used_(channels_used),
        scale_(scale) {}

  void apply(const float* colours, float* rgb, size_t count) const override {
    constexpr auto kMost = size_t{std::numeric_limits<cmsUInt32Number>::max()};
    STYLER_ASSERT(count <= kMost);
    std::vector<float> prepared;
    if (channels_in_ != channels_used_ || scale_ != 1) {
      prepared.reserve(count * channels_used_);
      const int copies = channels_used_ / channels_in_;
      for (size_t i = 0; i < count * channels_in_; ++i) prepared.insert(prepared.end(), copies, colours[i] * scale_);
      colours = prepared.data();
    }
    cmsDoTransform(transform_.get(), colours, rgb, static_cast<cmsUInt32Number>(count));
    // Colours outside sRGB come back below 0 or above 1, and a hostile profile may yield no number at all.
    for (size_t i = 0; i < 3 * count; ++i) rgb[i] = rgb[i] > 0 ? std::min(rgb[i], 1.0F) : 0.0F;
  }

 private:
  LcmsContext context_;  // must outlive the transform
  LcmsTransform transform_;
  int channels_in_;    ///< Of the picture.
  int channels_used_;  ///< Of the profile; more when grey is spread.
  float scale_;
};

/// Each ink takes away its complement and black takes all, as most programs convert where no profile stands:
/// red = (1 − cyan) · (1 − black), and so on.
class IdealInks : public ColourTransform {
 public:
  void apply(const float* colours, float* rgb, size_t count) const override {
    for (size_t i = 0; i < count; ++i) {
      const float* const inks = colours + 4 * i;
      for (size_t c = 0; c < 3; ++c) rgb[3 * i + c] = (1 - inks[c]) * (1 - inks[3]);
    }
  }
};

/// How lcms2 calls pixels of a kind in floating point.
cmsUInt32Number lcms_format(cmsColorSpaceSignature space) {
  if (space == cmsSigGrayData) return TYPE_GRAY_FLT;
  return space == cmsSigCmykData ? TYPE_CMYK_FLT : TYPE_RGB_FLT;
}

bool fits(cmsColorSpaceSignature space, ColourKind colour) {
  if (space == cmsSigCmykData) return colour == ColourKind::Cmyk;
  if (space == cmsSigGrayData) return colour == ColourKind::Grey;
  // Programs that make a picture grey often leave its RGB profile in place.
  return space == cmsSigRgbData && colour != ColourKind::Cmyk;
}

/// Profiles that describe a device or a space, not a link between two or a list of names.
bool describes_pixels(const LcmsProfile& profile) {
  const auto kind = cmsGetDeviceClass(profile.get());
  return kind == cmsSigInputClass || kind == cmsSigDisplayClass || kind == cmsSigOutputClass ||
         kind == cmsSigColorSpaceClass;
}

/// Whether there is a transform and no pixel of the picture's own would change by half a level of 8 bits.
bool changes_nothing(const ColourTransform& transform, ColourKind colour) {
  if (colour == ColourKind::Cmyk) return false;
  constexpr int kSteps = 9;
  constexpr float kHalfALevel = 0.5F / 255;
  const bool grey = colour == ColourKind::Grey;
  std::vector<float> probes, expected;
  for (int i = 0; i < kSteps * kSteps * kSteps; ++i) {
    const std::array digits{i % kSteps, i / kSteps % kSteps, i / kSteps / kSteps};
    for (const int digit : digits) {
      expected.push_back(grey ? static_cast<float>(i) / (kSteps * kSteps * kSteps - 1)
                              : static_cast<float>(digit) / (kSteps - 1));
    }
    probes.insert(probes.end(), expected.end() - (grey ? 1 : 3), expected.end());
  }
  std::vector<float> rgb(expected.size());
  transform.apply(probes.data(), rgb.data(), rgb.size() / 3);
  return std::equal(rgb.begin(), rgb.end(), expected.begin(),
                    [](float a, float b) { return std::abs(a - b) < kHalfALevel; });
}

/// What a matrix profile consists of, if it is one.
std::unique_ptr<MatrixProfile> matrix_of(const LcmsProfile& profile) {
  constexpr cmsTagSignature kColumns[] = {cmsSigRedColorantTag, cmsSigGreenColorantTag, cmsSigBlueColorantTag};
  constexpr cmsTagSignature kCurves[] = {cmsSigRedTRCTag, cmsSigGreenTRCTag, cmsSigBlueTRCTag};
  if (cmsGetColorSpace(profile.get()) != cmsSigRgbData || cmsIsMatrixShaper(profile.get()) == 0) return nullptr;
  auto matrix = std::make_unique<MatrixProfile>();
  for (int channel = 0; channel < 3; ++channel) {
    const auto* column = static_cast<const cmsCIEXYZ*>(cmsReadTag(profile.get(), kColumns[channel]));
    const auto* curve = static_cast<const cmsToneCurve*>(cmsReadTag(profile.get(), kCurves[channel]));
    if (column == nullptr || curve == nullptr) return nullptr;
    matrix->xyz_from_rgb(0, channel) = column->X;
    matrix->xyz_from_rgb(1, channel) = column->Y;
    matrix->xyz_from_rgb(2, channel) = column->Z;
    auto& table = matrix->linear.at(channel);
    table.resize(kTableSize);
    for (size_t i = 0; i < kTableSize; ++i) table[i] = cmsEvalToneCurveFloat(curve, table_value(i));
  }
  return matrix;
}

/// The same transform by look-up where that is as good and a picture is large enough to gain by it.
std::unique_ptr<ColourTransform> faster(std::unique_ptr<ColourTransform> exact, const LcmsProfile& profile,
                                        const LcmsProfile& srgb, const DecodedPicture& picture) {
  if (picture.pixels.total() < kTableSize) return exact;
  if (picture.colour == ColourKind::Grey) return tabulate_grey(*exact);
  if (picture.colour != ColourKind::Rgb) return exact;
  const auto source = matrix_of(profile), target = matrix_of(srgb);
  if (!source || !target) return exact;
  auto fast = combine(*source, *target);
  return agree(*exact, *fast) ? std::move(fast) : std::move(exact);
}

/// nullptr when the profile is of no use; `needed` tells then whether there would have been something to do.
std::unique_ptr<ColourTransform> transform_of(const DecodedPicture& picture, bool& needed) {
  needed = true;
  LcmsContext context = new_lcms_context();
  const LcmsProfile profile(
      cmsOpenProfileFromMemTHR(context.get(), picture.icc.data(), static_cast<cmsUInt32Number>(picture.icc.size())));
  if (!profile || !describes_pixels(profile)) return nullptr;
  const auto space = cmsGetColorSpace(profile.get());
  if (!fits(space, picture.colour)) return nullptr;
  const LcmsProfile srgb(cmsCreate_sRGBProfileTHR(context.get()));
  if (!srgb) throw std::bad_alloc();
  LcmsTransform transform(cmsCreateTransformTHR(context.get(), profile.get(), lcms_format(space), srgb.get(),
                                                TYPE_RGB_FLT, INTENT_RELATIVE_COLORIMETRIC,
                                                cmsFLAGS_BLACKPOINTCOMPENSATION | cmsFLAGS_NOCACHE));
  if (!transform) return nullptr;
  const int channels = space == cmsSigGrayData ? 1 : space == cmsSigCmykData ? 4 : 3;
  const float scale = space == cmsSigCmykData ? 100 : 1;  // lcms2 counts ink in per cent
  auto exact = std::make_unique<ExactTransform>(std::move(context), std::move(transform),
                                                colour_channels(picture.colour), channels, scale);
  needed = !changes_nothing(*exact, picture.colour);
  return needed ? faster(std::move(exact), profile, srgb, picture) : nullptr;
}

}  // namespace

std::unique_ptr<ColourTransform> transform_to_srgb(DecodedPicture& picture) {
  const bool cmyk = picture.colour == ColourKind::Cmyk;
  bool needed = false;
  auto transform = picture.icc.empty() ? nullptr : transform_of(picture, needed);
  if (cmyk && !transform) {
    picture.warnings.push_back(
        std::string("is in CMYK ") +
        (needed ? "with a colour profile that is damaged or for other pixels" : "without a colour profile") +
        "; its inks are taken for ideal ones, so that colours may differ from print: convert it "
        "to RGB in the program that it comes from if they matter");
    return std::make_unique<IdealInks>();
  }
  if (!transform && needed) picture.warnings.emplace_back(kUselessProfile);
  return transform;
}

}  // namespace styler
