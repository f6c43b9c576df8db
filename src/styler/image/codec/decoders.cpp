#include "styler/image/codec/decoders.hpp"

#include <algorithm>
#include <limits>

#include "styler/base/error.hpp"

namespace styler {

int colour_channels(ColourKind kind) {
  switch (kind) {
    case ColourKind::Grey:
      return 1;
    case ColourKind::Rgb:
      return 3;
    case ColourKind::Cmyk:
      return 4;
  }
  STYLER_ASSERT(false);
}

void PictureSource::refuse(const std::string& predicate) const {
  throw Error(ErrorCode::Input, "picture '" + name.string() + "' " + predicate);
}

void PictureSource::refuse_as_damaged() const {
  refuse("is truncated or damaged: nothing of its " + std::string(format) +
         " data can be decoded; copy or download it again");
}

void PictureSource::report_damage(DecodedPicture& picture) const {
  const std::string found = "is truncated or damaged: its " + std::string(format) + " data ";
  if (!options.allow_truncated) {
    refuse(found +
           "cannot be decoded to the end; copy or download it again, or take what is there with "
           "--allow-truncated");
  }
  picture.warnings.push_back(found + "were decoded as far as possible");
}

void PictureSource::check_size(uint64_t width, uint64_t height) const {
  if (width == 0 || height == 0) refuse_as_damaged();
  const auto limit = static_cast<uint64_t>(options.max_pixels);
  const std::string size = "has " + std::to_string(width) + "×" + std::to_string(height) + " pixels, more than ";
  // Dividing cannot overflow, where a product of two hostile numbers may.
  if (height > limit / width) {
    refuse(size + "the limit of " + std::to_string(limit) + "; make it smaller, or raise the limit with --max-pixels");
  }
  constexpr uint64_t kLongestSide = std::numeric_limits<int>::max() / 64;  // so that a row's bytes fit into an int
  if (width > kLongestSide || height > kLongestSide) {
    refuse(size + std::to_string(kLongestSide) + " on one side, which cannot be read; cut it into parts");
  }
}

int64_t PictureSource::memory_limit(int64_t pixels) {
  constexpr int64_t kLargestPixel = 20, kForSmallPictures = int64_t{16} << 20;
  return std::min(pixels, std::numeric_limits<int64_t>::max() / (2 * kLargestPixel)) * kLargestPixel +
         kForSmallPictures;
}

}  // namespace styler
