#include "styler/image/codec/tiff/tiff_samples.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <opencv2/core.hpp>

namespace styler {
namespace {

/// A part of the picture as libtiff hands it out: one strip or tile, of all samples or of one of them.
struct Block {
  uint32_t x = 0, y = 0, columns = 0, rows = 0;  ///< What of the picture it covers.
  uint16_t plane = 0;
  std::vector<uint8_t> bytes;
  size_t row_bytes = 0;
};

/// False when not all of it could be decoded; the rest is 0.
bool read_block(const TiffFile& file, const TiffLayout& layout, Block& block) {
  std::fill(block.bytes.begin(), block.bytes.end(), uint8_t{0});
  const auto wanted = static_cast<tmsize_t>(layout.tiled ? block.bytes.size() : block.rows * block.row_bytes);
  const tmsize_t got =
      layout.tiled ? TIFFReadEncodedTile(file.get(), TIFFComputeTile(file.get(), block.x, block.y, 0, block.plane),
                                         block.bytes.data(), wanted)
                   : TIFFReadEncodedStrip(file.get(), TIFFComputeStrip(file.get(), block.y, block.plane),
                                          block.bytes.data(), wanted);
  return got == wanted;
}

/// Copies one channel of a block to its place; Value is of the sample's size.
template <typename Value>
void copy_channel(const Block& block, size_t sample, size_t samples, int channel, cv::Mat& pixels) {
  for (uint32_t y = 0; y < block.rows; ++y) {
    const uint8_t* source = block.bytes.data() + y * block.row_bytes + sample * sizeof(Value);
    uint8_t* target = pixels.ptr(static_cast<int>(block.y + y), static_cast<int>(block.x)) + channel * sizeof(Value);
    for (uint32_t x = 0; x < block.columns; ++x) {
      std::memcpy(target, source, sizeof(Value));
      source += samples * sizeof(Value);
      target += pixels.elemSize();
    }
  }
}

/// The bits of sample `index` of a row. libtiff hands out whole words in this machine's order, and leaves what does not
/// fill a word packed, highest bit first.
uint64_t packed_sample(const uint8_t* row, size_t index, unsigned bits) {
  if (bits == 16 || bits == 24 || bits == 32 || bits == 64) {
    const unsigned bytes = bits / 8;
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) {
      const unsigned from_lowest = std::endian::native == std::endian::little ? i : bytes - 1 - i;
      value |= uint64_t{row[index * bytes + i]} << (8 * from_lowest);
    }
    return value;
  }
  uint64_t value = 0;
  for (size_t bit = index * bits, end = bit + bits; bit < end;) {
    const unsigned taken = static_cast<unsigned>(std::min<size_t>(8 - bit % 8, end - bit));
    const unsigned rest = static_cast<unsigned>(8 - bit % 8) - taken;
    value = value << taken | (row[bit / 8] >> rest & ((1U << taken) - 1));
    bit += taken;
  }
  return value;
}

/// A floating-point number of 16, 24 or 32 bits, which differ in how many of them are the exponent's.
float small_float(uint64_t bits, int exponent_bits, int fraction_bits) {
  const int exponent = static_cast<int>(bits >> fraction_bits & ((uint64_t{1} << exponent_bits) - 1));
  const auto fraction = static_cast<double>(bits & ((uint64_t{1} << fraction_bits) - 1));
  const bool negative = (bits >> (exponent_bits + fraction_bits) & 1) != 0;
  const int largest = (1 << exponent_bits) - 1, bias = largest / 2;
  double value = 0;
  if (exponent == largest) {
    value = fraction == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  } else if (exponent == 0) {
    value = std::ldexp(fraction, 1 - bias - fraction_bits);
  } else {
    value = std::ldexp(std::ldexp(1.0, fraction_bits) + fraction, exponent - bias - fraction_bits);
  }
  return static_cast<float>(negative ? -value : value);
}

float floating_sample(uint64_t bits, unsigned size) {
  if (size == 64) return static_cast<float>(std::bit_cast<double>(bits));
  if (size == 32) return std::bit_cast<float>(static_cast<uint32_t>(bits));
  return size == 24 ? small_float(bits, 7, 16) : small_float(bits, 5, 10);
}

/// How a sample's bits become the pixels' numbers.
struct Conversion {
  explicit Conversion(const TiffLayout& layout)
      : floating(layout.floating()),
        numbers_of_colours(layout.photometric == PHOTOMETRIC_PALETTE),
        with_sign(layout.with_sign()),
        bits(layout.bits),
        largest(bits == 64 ? std::numeric_limits<uint64_t>::max() : (uint64_t{1} << bits) - 1) {}

  template <typename Value>
  Value operator()(uint64_t sample) const {
    if constexpr (std::is_floating_point_v<Value>) {
      if (floating) return floating_sample(sample, bits);
      const bool negative = with_sign && (sample >> (bits - 1) & 1) != 0;
      return negative ? -static_cast<float>((~sample & largest) + 1) : static_cast<float>(sample);
    } else {
      if (numbers_of_colours) return static_cast<Value>(sample);
      constexpr uint64_t kFull = std::numeric_limits<Value>::max();
      return static_cast<Value>((sample * kFull + largest / 2) / largest);
    }
  }

  bool floating, numbers_of_colours, with_sign;
  unsigned bits;
  uint64_t largest;
};

template <typename Value>
void convert_channel(const Block& block, size_t sample, size_t samples, int channel, const Conversion& conversion,
                     cv::Mat& pixels) {
  for (uint32_t y = 0; y < block.rows; ++y) {
    const uint8_t* source = block.bytes.data() + y * block.row_bytes;
    auto* target = pixels.ptr<Value>(static_cast<int>(block.y + y)) + size_t{block.x} * pixels.channels() + channel;
    for (uint32_t x = 0; x < block.columns; ++x, target += pixels.channels()) {
      *target = conversion.operator()<Value>(packed_sample(source, x * samples + sample, conversion.bits));
    }
  }
}

void take_channel(const Block& block, const TiffLayout& layout, int channel, cv::Mat& pixels) {
  const size_t sample = layout.separate() ? 0 : layout.wanted[channel];
  const size_t samples = layout.separate() ? 1 : layout.samples;
  const bool palette = layout.photometric == PHOTOMETRIC_PALETTE;
  const bool as_stored = !layout.with_sign() && !palette;
  if (as_stored && !layout.floating() && layout.bits == 8)
    return copy_channel<uint8_t>(block, sample, samples, channel, pixels);
  if (as_stored && !layout.floating() && layout.bits == 16)
    return copy_channel<uint16_t>(block, sample, samples, channel, pixels);
  if (layout.floating() && layout.bits == 32) return copy_channel<float>(block, sample, samples, channel, pixels);
  const Conversion conversion(layout);
  const auto take = pixels.depth() == CV_8U    ? convert_channel<uint8_t>
                    : pixels.depth() == CV_16U ? convert_channel<uint16_t>
                                               : convert_channel<float>;
  take(block, sample, samples, channel, conversion, pixels);
}

int depth_of(const TiffLayout& layout) {
  if (layout.photometric == PHOTOMETRIC_PALETTE) return CV_16U;
  if (layout.floating() || layout.with_sign() || layout.bits > 16) return CV_32F;
  return layout.bits > 8 ? CV_16U : CV_8U;
}

}  // namespace

bool has_known_samples(const TiffLayout& layout) {
  if (layout.floating()) return layout.bits == 16 || layout.bits == 24 || layout.bits == 32 || layout.bits == 64;
  const bool integers = layout.with_sign() || layout.format == SAMPLEFORMAT_UINT || layout.format == SAMPLEFORMAT_VOID;
  return integers && layout.bits >= 1 && layout.bits <= 64;
}

cv::Mat read_tiff_samples(const TiffFile& file, const TiffLayout& layout, const PictureSource& source,
                          DecodedPicture& picture) {
  Block block;
  block.bytes.resize(layout.tiled ? TIFFTileSize64(file.get()) : TIFFStripSize64(file.get()));
  block.row_bytes = layout.tiled ? TIFFTileRowSize64(file.get()) : TIFFScanlineSize64(file.get());
  const uint64_t samples = layout.separate() ? 1 : layout.samples;
  const uint64_t expected = (uint64_t{layout.block_width} * layout.bits * samples + 7) / 8;
  if (block.row_bytes != expected || block.row_bytes * layout.block_height > block.bytes.size()) {
    source.refuse_as_damaged();
  }
  cv::Mat pixels = cv::Mat::zeros(static_cast<int>(layout.height), static_cast<int>(layout.width),
                                  CV_MAKETYPE(depth_of(layout), static_cast<int>(layout.wanted.size())));
  bool whole = true;
  for (uint64_t y = 0; y < layout.height; y += layout.block_height) {
    for (uint64_t x = 0; x < layout.width; x += layout.block_width) {
      block.x = static_cast<uint32_t>(x);
      block.y = static_cast<uint32_t>(y);
      block.columns = std::min(layout.block_width, layout.width - block.x);
      block.rows = std::min(layout.block_height, layout.height - block.y);
      for (size_t i = 0; i < layout.wanted.size(); ++i) {
        block.plane = layout.separate() ? layout.wanted[i] : uint16_t{0};
        if ((i == 0 || layout.separate()) && !read_block(file, layout, block)) {  // else all samples came at once
          if (whole) source.report_damage(picture);
          whole = false;
        }
        take_channel(block, layout, static_cast<int>(i), pixels);
      }
    }
  }
  return pixels;
}

}  // namespace styler
