#include "styler/image/codec/decoders.hpp"

#include <algorithm>
#include <limits>

#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/memory/plan.hpp"

namespace styler {
namespace {

/// Of the decoder, and of the three planes in floating point that its pixels become.
double memory_of(int64_t pixels, double pixel_bytes) {
  constexpr double kPlanes = 3 * sizeof(float);
  return static_cast<double>(pixels) * (pixel_bytes + kPlanes);
}

}  // namespace

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
  throw Error(ErrorCode::Input, "picture " + quoted(name) + " " + predicate);
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

void PictureSource::check_size(uint64_t width, uint64_t height, double pixel_bytes) const {
  check_pixels(width, height);
  check_memory(static_cast<int64_t>(width * height), pixel_bytes);
}

void PictureSource::check_pixels(uint64_t width, uint64_t height) const {
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

void PictureSource::check_memory(int64_t pixels, double pixel_bytes) const {
  if (has_memory_for(pixels, pixel_bytes)) return;
  const auto needed = static_cast<int64_t>(memory_of(pixels, pixel_bytes)) + static_cast<int64_t>(bytes.size());
  throw Error(ErrorCode::Memory, "picture " + quoted(name) + " takes " + bytes_text(needed) +
                                     " of memory to be read, but " + bytes_text(options.memory_bytes) +
                                     " may be used; make it smaller, or raise --memory-limit");
}

bool PictureSource::has_memory_for(int64_t pixels, double pixel_bytes) const {
  constexpr double kAlways = 32 << 20;  // of so little nobody runs out
  const double needed = memory_of(pixels, pixel_bytes) + static_cast<double>(bytes.size());
  return options.memory_bytes == 0 || needed <= std::max(kAlways, static_cast<double>(options.memory_bytes));
}

int64_t PictureSource::memory_limit(int64_t pixels) {
  constexpr int64_t kLargestPixel = 20, kForSmallPictures = int64_t{16} << 20;
  return std::min(pixels, std::numeric_limits<int64_t>::max() / (2 * kLargestPixel)) * kLargestPixel +
         kForSmallPictures;
}

}  // namespace styler
