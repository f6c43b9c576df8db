#include <cctype>
#include <limits>

#include "styler/image/codec/decoders.hpp"

namespace styler {
namespace {

/// Reads what PBM, PGM and PPM files consist of.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  /// Nothing but digits, after white space and comments. False, and 0, where there is no number of 31 bits.
  bool read_number(uint32_t& number) {
    skip_space_and_comments();
    number = 0;
    const size_t begin = position_;
    for (; position_ < bytes_.size() && is_digit(bytes_[position_]); ++position_) {
      if (number > kLargest / 10 - 1) return false;
      number = number * 10 + static_cast<uint32_t>(bytes_[position_] - '0');
    }
    return position_ > begin;
  }

  /// PBM in text may leave out the space between two digits.
  bool read_digit(uint32_t& digit) {
    skip_space_and_comments();
    if (position_ >= bytes_.size() || !is_digit(bytes_[position_])) return false;
    digit = static_cast<uint32_t>(bytes_[position_++] - '0');
    return true;
  }

  /// The next `count` bytes; fewer where the file ends.
  std::string_view read_bytes(size_t count) {
    const auto part = position_ < bytes_.size() ? bytes_.substr(position_, count) : std::string_view();
    position_ += part.size();
    return part;
  }

 private:
  static constexpr uint32_t kLargest = std::numeric_limits<int32_t>::max();
  static bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

  void skip_space_and_comments() {
    while (position_ < bytes_.size()) {
      if (bytes_[position_] == '#') {
        position_ = std::min(bytes_.find('\n', position_), bytes_.size());
      } else if (std::isspace(static_cast<unsigned char>(bytes_[position_])) != 0) {
        ++position_;
      } else {
        return;
      }
    }
  }

  std::string_view bytes_;
  size_t position_ = 2;  // behind the letter P and the digit
};

struct Header {
  uint32_t width = 0, height = 0, largest = 1;
  bool text = false, bits = false, colour = false;
};

Header read_header(Reader& reader, const PictureSource& source) {
  Header header;
  const char kind = source.bytes[1];
  header.text = kind <= '3';
  header.bits = kind == '1' || kind == '4';
  header.colour = kind == '3' || kind == '6';
  const bool whole = reader.read_number(header.width) && reader.read_number(header.height) &&
                     (header.bits || reader.read_number(header.largest));
  constexpr uint32_t kLargest16 = std::numeric_limits<uint16_t>::max();
  if (!whole || header.largest < 1 || header.largest > kLargest16) source.refuse_as_damaged();
  if (!header.text) reader.read_bytes(1);  // exactly one space ends a binary file's header
  source.check_size(header.width, header.height, (header.colour ? 3 : 1) * (header.largest > 255 ? 2 : 1));
  return header;
}

/// One row of values as they are in the file. False when it is not there to its end; the rest is left alone.
bool read_row(Reader& reader, const Header& header, std::vector<uint32_t>& row) {
  if (header.text) {
    for (auto& value : row) {
      if (!(header.bits ? reader.read_digit(value) : reader.read_number(value))) return false;
    }
    return true;
  }
  const size_t value_bytes = header.largest > 255 ? 2 : 1;
  const size_t expected = header.bits ? (row.size() + 7) / 8 : row.size() * value_bytes;
  const auto bytes = reader.read_bytes(expected);
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(bytes[i])); };
  const size_t present = header.bits ? bytes.size() * 8 : bytes.size() / value_bytes;
  for (size_t x = 0; x < std::min(row.size(), present); ++x) {
    if (header.bits) {
      row[x] = byte(x / 8) >> (7 - x % 8) & 1;
    } else {
      row[x] = value_bytes == 2 ? byte(2 * x) << 8 | byte(2 * x + 1) : byte(x);
    }
  }
  return bytes.size() == expected;
}

/// Scales values from `largest` to what the pixel's type holds. In PBM, 1 is black.
template <typename Value>
void store(const std::vector<uint32_t>& row, const Header& header, Value* target) {
  constexpr uint32_t kFull = std::numeric_limits<Value>::max();
  for (size_t x = 0; x < row.size(); ++x) {
    const uint32_t value = std::min(row[x], header.largest);
    const uint32_t light = header.bits ? header.largest - value : value;
    target[x] = static_cast<Value>((light * kFull + header.largest / 2) / header.largest);
  }
}

}  // namespace

DecodedPicture decode_pnm(const PictureSource& source) {
  Reader reader(source.bytes);
  const Header header = read_header(reader, source);
  DecodedPicture picture;
  picture.colour = header.colour ? ColourKind::Rgb : ColourKind::Grey;
  const bool deep = header.largest > 255;
  const int channels = colour_channels(picture.colour);
  picture.pixels = cv::Mat::zeros(static_cast<int>(header.height), static_cast<int>(header.width),
                                  CV_MAKETYPE(deep ? CV_16U : CV_8U, channels));
  std::vector<uint32_t> row(size_t{header.width} * channels);
  bool whole = true;
  for (int y = 0; y < picture.pixels.rows && whole; ++y) {
    std::fill(row.begin(), row.end(), header.bits ? header.largest : 0);
    whole = read_row(reader, header, row);
    if (deep) {
      store(row, header, picture.pixels.ptr<uint16_t>(y));
    } else {
      store(row, header, picture.pixels.ptr<uint8_t>(y));
    }
  }
  if (!whole) source.report_damage(picture);
  return picture;
}

}  // namespace styler
