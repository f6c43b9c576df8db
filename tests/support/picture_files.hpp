#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <opencv2/core.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "styler/base/error.hpp"
#include "support/temp_folder.hpp"

namespace styler::test {

using support::TempFolder;

std::string file_bytes(const std::filesystem::path& file);

/// The same bytes on every machine: seeded noise of any OpenCV pixel type.
cv::Mat noise_pixels(int height, int width, int type, uint64_t seed = 1);

/// The same as [1, 3, H, W] float32, with values that 8 bits hold exactly.
at::Tensor noise_picture(int height, int width, uint64_t seed = 1);

/// The picture that an 8- or 16-bit, 1- or 3-channel Mat stands for, computed pixel by pixel.
at::Tensor expected_picture(const cv::Mat& pixels);

/// `pixels` as a file in the format of `extension`, by OpenCV's defaults (JPEG with quality 95).
std::string encoded(const std::string& extension, const cv::Mat& pixels);

/// An EXIF block (a TIFF file with one entry) that holds nothing but the orientation.
std::string exif_block(int orientation, bool big_endian);

/// An entry of an EXIF directory: a tag, its type as TIFF numbers them, and the values.
struct ExifEntry {
  uint32_t tag, type;
  std::vector<uint32_t> values;
};
enum : uint32_t { kExifByte = 1, kExifText, kExifShort, kExifLong, kExifRational, kExifSignedByte };

/// The directories of an EXIF block, from the picture's own to that of its thumbnail; those without entries are left
/// out.
struct ExifParts {
  std::vector<ExifEntry> image, photo, interoperability, thumbnail;
};
std::string exif_block(const ExifParts& parts, bool big_endian);

/// The XMP packet that says `property` (`tiff:Orientation`) as an attribute.
std::string xmp_packet_of(const std::string& property, const std::string& value);

/// Puts an XMP packet into a JPEG, PNG or WebP file.
std::string with_xmp(std::string_view file, std::string_view xmp);

/// Puts an EXIF block into a JPEG, PNG or WebP file.
std::string with_exif(std::string_view file, std::string_view exif);

/// The Error that `action` throws; fails the test if it throws none.
Error error_of(const std::function<void()>& action);

/// Whether `text` has `part` in it.
bool contains(std::string_view text, std::string_view part);

}  // namespace styler::test
