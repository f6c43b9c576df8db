#include "styler/image/codec/tiff/lab_colours.hpp"

#include <opencv2/core.hpp>
#include <vector>

#include "styler/image/codec/lcms.hpp"

namespace styler {

void srgb_from_lab(cv::Mat& pixels) {
  const LcmsContext context = new_lcms_context();
  const LcmsProfile lab(cmsCreateLab4ProfileTHR(context.get(), nullptr));
  const LcmsProfile srgb(cmsCreate_sRGBProfileTHR(context.get()));
  if (!lab || !srgb) throw std::bad_alloc();
  const LcmsTransform transform(cmsCreateTransformTHR(context.get(), lab.get(), TYPE_Lab_FLT, srgb.get(), TYPE_RGB_FLT,
                                                      INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOCACHE));
  if (!transform) throw std::bad_alloc();
  const auto columns = static_cast<size_t>(pixels.cols), channels = static_cast<size_t>(pixels.channels());
  std::vector<float> colours(3 * columns), rgb(3 * columns);
  for (int y = 0; y < pixels.rows; ++y) {
    auto* const row = pixels.ptr<float>(y);
    for (size_t x = 0; x < columns; ++x) {
      for (size_t c = 0; c < 3; ++c) colours[3 * x + c] = row[x * channels + c];
    }
    cmsDoTransform(transform.get(), colours.data(), rgb.data(), static_cast<cmsUInt32Number>(columns));
    for (size_t x = 0; x < columns; ++x) {
      for (size_t c = 0; c < 3; ++c) row[x * channels + c] = rgb[3 * x + c];
    }
  }
}

}  // namespace styler
