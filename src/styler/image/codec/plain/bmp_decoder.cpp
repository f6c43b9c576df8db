#include <algorithm>
#include <cstdint>
#include <limits>
#include <opencv2/core.hpp>
#include <utility>

#include "styler/image/codec/bytes/byte_order.hpp"
#include "styler/image/codec/decoders.hpp"
#include "styler/image/codec/plain/bmp_header.hpp"

// A reader of our own: OpenCV's shears pictures in runs, ignores masks and takes OS/2's palettes for grey without a
// word, and of Debian's libraries that read all of BMP, none is both maintained and free of what we don't need.

namespace styler {
namespace {

/// The picture that is being decoded. Rows are counted as they lie in the file.
class Canvas {
 public:
  Canvas(const BmpHeader& header, cv::Mat& pixels) : header_(header), pixels_(pixels) {}

  /// \param value  the pixel's bits: a number in the palette, or its fields.
  void set(int64_t x, int64_t row, uint32_t value) {
    const auto y = static_cast<int>(header_.top_down ? row : header_.height - 1 - row);
    if (pixels_.depth() == CV_16U) {
      set_channels(pixels_.ptr<uint16_t>(y) + x * pixels_.channels(), value);
    } else {
      set_channels(pixels_.ptr<uint8_t>(y) + x * pixels_.channels(), value);
    }
  }

 private:
  template <typename Value>
  void set_channels(Value* target, uint32_t value) const {
    if (header_.indexed()) {
      const auto& colour = header_.palette[value];
      for (size_t channel = 0; channel < 3; ++channel) target[channel] = colour.at(channel);
      return;
    }
    constexpr uint64_t kFull = std::numeric_limits<Value>::max();
    for (size_t channel = 0; channel < static_cast<size_t>(pixels_.channels()); ++channel) {
      const auto& [shift, largest] = header_.fields.at(channel);
      const uint64_t level = value >> shift & largest;
      // A channel that is not there is 0. Five bits are scaled so that 31 is white.
      target[channel] =
          static_cast<Value>(largest == kFull || largest == 0 ? level : (level * kFull + largest / 2) / largest);
    }
  }

  const BmpHeader& header_;
  cv::Mat& pixels_;
};

/// The bits of pixel x of a row that is there so far.
uint32_t value_at(std::string_view row, uint32_t bits, int64_t x) {
  if (bits >= 8) return little_endian(row, static_cast<size_t>(x) * (bits / 8), bits / 8);
  const auto first_bit = static_cast<uint64_t>(x) * bits;
  const auto byte = little_endian(row, static_cast<size_t>(first_bit / 8), 1);
  return byte >> (8 - bits - first_bit % 8) & ((1U << bits) - 1);
}

/// False when the file ends before its last row does; what is missing is left alone.
bool read_rows(std::string_view data, const BmpHeader& header, Canvas& canvas) {
  const uint64_t needed = (static_cast<uint64_t>(header.width) * header.bits + 7) / 8;  // the filling may be missing
  for (int64_t row = 0; row < header.height; ++row) {
    const auto bytes = data.substr(0, static_cast<size_t>(needed));
    const auto present =
        static_cast<int64_t>(std::min<uint64_t>(header.width, bytes.size() * uint64_t{8} / header.bits));
    for (int64_t x = 0; x < present; ++x) canvas.set(x, row, value_at(bytes, header.bits, x));
    if (bytes.size() < needed) return false;
    data.remove_prefix(std::min<uint64_t>(header.row_bytes(), data.size()));
  }
  return true;
}

/// Decodes runs: a count and the value that is repeated so often, or 0 and what to do. The work is in proportion to the
/// bytes and the pixels, whatever the bytes are.
class Runs {
 public:
  Runs(std::string_view data, const BmpHeader& header, Canvas& canvas)
      : data_(data), header_(header), canvas_(canvas) {}

  /// False when the data end before the picture does and without the mark that says so.
  bool decode() {
    constexpr uint32_t kEndOfRow = 0, kEndOfPicture = 1, kMove = 2;
    while (row_ < header_.height && !(row_ == header_.height - 1 && x_ >= header_.width)) {
      if (data_.size() < 2) return false;
      const uint32_t count = next_byte(), what = next_byte();
      if (count > 0) {
        repeat(count, what);
      } else if (what == kEndOfRow) {
        x_ = 0;
        ++row_;
      } else if (what == kEndOfPicture) {
        return true;
      } else if (what == kMove) {
        if (data_.size() < 2) return false;
        x_ += next_byte();
        row_ += next_byte();
      } else if (!copy(what)) {
        return false;
      }
    }
    return true;
  }

  /// Whether a run went on beyond its row by more than what fills that up to four bytes.
  bool overran() const { return overran_; }

 private:
  uint32_t next_byte() {
    const auto byte = static_cast<unsigned char>(data_.front());
    data_.remove_prefix(1);
    return byte;
  }

  /// Runs end where the row does, whatever their count says: ImageMagick fills rows up to four bytes with them.
  void put(uint32_t value) {
    if (x_ < header_.width) canvas_.set(x_, row_, value);
    ++x_;
    constexpr int64_t kMostFilling = 7;
    overran_ = overran_ || x_ > header_.width + kMostFilling;
  }

  void repeat(uint32_t count, uint32_t value) {
    if (header_.bits == 24) {
      value |= little_endian(data_, 0, 2) << 8;
      data_.remove_prefix(std::min<size_t>(2, data_.size()));
    }
    for (uint32_t i = 0; i < count; ++i) {
      if (header_.bits == 4) {
        put(i % 2 == 0 ? value >> 4 : value & 0xF);  // two in turn
      } else {
        put(value);
      }
    }
  }

  bool copy(uint32_t count) {
    const size_t size = (size_t{count} * header_.bits + 7) / 8;
    const auto bytes = data_.substr(0, size);
    const auto present = std::min<uint64_t>(count, bytes.size() * uint64_t{8} / header_.bits);
    for (uint64_t i = 0; i < present; ++i) put(value_at(bytes, header_.bits, static_cast<int64_t>(i)));
    data_.remove_prefix(std::min(size + size % 2, data_.size()));
    return bytes.size() == size;
  }

  std::string_view data_;
  const BmpHeader& header_;
  Canvas& canvas_;
  int64_t x_ = 0, row_ = 0;
  bool overran_ = false;
};

/// What the rows and runs leave out has the palette's first colour, or is black.
cv::Mat blank_pixels(const BmpHeader& header) {
  const bool deep = std::any_of(header.fields.begin(), header.fields.end(),
                                [](const BmpField& field) { return field.largest > 255; });
  const int channels = header.fields[3].largest > 0 ? 4 : 3;
  cv::Mat pixels = cv::Mat::zeros(static_cast<int>(header.height), static_cast<int>(header.width),
                                  CV_MAKETYPE(deep ? CV_16U : CV_8U, channels));
  if (header.indexed()) {
    const auto& first = header.palette.front();
    pixels.setTo(cv::Scalar(first[0], first[1], first[2]));
  }
  return pixels;
}

/// Most programs leave the fourth channel at 0 without meaning that all be transparent.
void drop_unused_alpha(cv::Mat& pixels) {
  if (pixels.channels() != 4) return;
  cv::Mat alpha;
  cv::extractChannel(pixels, alpha, 3);
  if (cv::countNonZero(alpha) > 0) return;
  cv::Mat opaque(pixels.size(), CV_MAKETYPE(pixels.depth(), 3));
  const int pairs[] = {0, 0, 1, 1, 2, 2};
  cv::mixChannels(&pixels, 1, &opaque, 1, pairs, 3);
  pixels = std::move(opaque);
}

}  // namespace

DecodedPicture decode_bmp(const PictureSource& source) {
  BmpHeader header = read_bmp_header(source);
  DecodedPicture picture;
  picture.pixels = blank_pixels(header);
  Canvas canvas(header, picture.pixels);
  const auto data = source.bytes.substr(std::min(header.pixels_at, source.bytes.size()));
  bool whole = false;
  if (header.coding == BmpCoding::Runs) {
    Runs runs(data, header, canvas);
    whole = runs.decode();
    if (runs.overran()) header.warnings.emplace_back("has rows that are too long; their ends are cut off");
  } else {
    whole = read_rows(data, header, canvas);
  }
  if (!whole) source.report_damage(picture);
  drop_unused_alpha(picture.pixels);
  if (picture.pixels.channels() == 4) picture.alpha = AlphaKind::Straight;
  picture.icc = std::move(header.icc);
  picture.warnings.insert(picture.warnings.end(), header.warnings.begin(), header.warnings.end());
  return picture;
}

}  // namespace styler
