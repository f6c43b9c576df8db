#include "support/written_files.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <tiffio.h>

#include <algorithm>
#include <cmath>
#include <exiv2/exiv2.hpp>
#include <opencv2/imgcodecs.hpp>

#include "support/catch.hpp"
#include "support/picture_files.hpp"

namespace styler::test {
namespace {

using std::string_view_literals::operator""sv;

Samples samples_of_tiff(std::string_view bytes) {
  const auto file = opened_tiff(bytes);
  TIFF* const tiff = file.get();
  uint32_t width = 0, height = 0;
  uint16_t channels = 0, depth = 0;
  REQUIRE(TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width) == 1);
  REQUIRE(TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height) == 1);
  REQUIRE(TIFFGetField(tiff, TIFFTAG_SAMPLESPERPIXEL, &channels) == 1);
  REQUIRE(TIFFGetField(tiff, TIFFTAG_BITSPERSAMPLE, &depth) == 1);
  Samples samples{static_cast<int>(width), static_cast<int>(height), channels, depth, {}};
  std::vector<uint8_t> row(static_cast<size_t>(TIFFScanlineSize(tiff)));
  for (uint32_t y = 0; y < height; ++y) {
    REQUIRE(TIFFReadScanline(tiff, row.data(), y) == 1);
    for (size_t i = 0; i < size_t{width} * channels; ++i) {
      samples.values.push_back(depth == 16 ? reinterpret_cast<const uint16_t*>(row.data())[i] : row[i]);
    }
  }
  return samples;
}

Samples samples_of_mat(const cv::Mat& pixels) {
  const int channels = pixels.channels();
  Samples samples{pixels.cols, pixels.rows, channels, pixels.depth() == CV_16U ? 16 : 8, {}};
  for (int y = 0; y < pixels.rows; ++y) {
    for (int i = 0; i < pixels.cols * channels; ++i) {
      const int stored = i % channels == 3 ? i : i - i % channels + 2 - i % channels;  // blue first
      samples.values.push_back(pixels.depth() == CV_16U ? pixels.ptr<uint16_t>(y)[stored]
                                                        : pixels.ptr<uint8_t>(y)[stored]);
    }
  }
  return samples;
}

}  // namespace

Samples samples_of(std::string_view bytes) {
  if (bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv)) return samples_of_tiff(bytes);
  const cv::Mat pixels = cv::imdecode(std::vector<unsigned char>(bytes.begin(), bytes.end()), cv::IMREAD_UNCHANGED);
  REQUIRE(!pixels.empty());
  return samples_of_mat(pixels);
}

std::shared_ptr<tiff> opened_tiff(std::string_view bytes) {
  const TempFolder folder;
  TIFF* const opened = TIFFOpen(folder.put("a.tif", std::string(bytes)).c_str(), "r");
  REQUIRE(opened != nullptr);
  return {opened, TIFFClose};  // stays readable when the folder is gone
}

at::Tensor row_of(const std::vector<float>& values) {
  at::Tensor picture = at::full({1, 3, 1, static_cast<int64_t>(values.size())}, 0.0F);
  for (size_t i = 0; i < values.size(); ++i) picture.select(3, static_cast<int64_t>(i)).fill_(values[i]);
  return picture;
}

Picture wild_picture(int height, int width) {
  return {expected_picture(noise_pixels(height, width, CV_16UC3)).mul(1.2).sub(0.1), {}};
}

Picture translucent_picture(int height, int width) {
  const auto noise = expected_picture(noise_pixels(height, width, CV_16UC1, /*seed=*/2)).slice(1, 0, 1);
  return {wild_picture(height, width).colour, noise.mul(1.5).sub(0.25).clamp(0, 1)};
}

Samples expected_samples(const Picture& picture, int bit_depth) {
  const auto all =
      (picture.alpha.defined() ? at::cat({picture.colour, picture.alpha}, 1) : picture.colour).contiguous();
  const auto channels = all.size(1), height = all.size(2), width = all.size(3);
  Samples samples{static_cast<int>(width), static_cast<int>(height), static_cast<int>(channels), bit_depth, {}};
  const auto* const values = all.data_ptr<float>();
  for (int64_t pixel = 0; pixel < height * width; ++pixel) {
    for (int64_t channel = 0; channel < channels; ++channel) {
      const double value = std::clamp<double>(values[channel * height * width + pixel], 0, 1);
      samples.values.push_back(static_cast<int>(std::lround(value * (bit_depth == 16 ? 65535 : 255))));
    }
  }
  return samples;
}

std::string icc_profile_of(std::string_view bytes) {
  const auto image =
      Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(bytes.data()), static_cast<long>(bytes.size()));
  image->readMetadata();
  if (!image->iccProfileDefined()) return {};
#if EXIV2_TEST_VERSION(0, 28, 0)
  return {image->iccProfile().cbegin(), image->iccProfile().cend()};
#else
  const auto* const profile = image->iccProfile();
  return {profile->pData_, profile->pData_ + profile->size_};
#endif
}

}  // namespace styler::test
