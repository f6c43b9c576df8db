#include "styler/image/codec/plain/bmp_header.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "styler/image/codec/bytes/byte_order.hpp"
#include "styler/image/codec/srgb_profile.hpp"

namespace styler {
namespace {

/// Sizes of the second header, by which its versions are told apart. OS/2's second may have any size up to 64: what is
/// left out is 0.
constexpr uint32_t kOs2Core = 12, kOs2Smallest = 16, kWindows3 = 40, kWithMasks = 52, kWithAlphaMask = 56, kOs2 = 64,
                   kVersion4 = 108, kVersion5 = 124;

/// The second header, which begins behind the 14 bytes that all versions share.
class DibHeader {
 public:
  explicit DibHeader(std::string_view bytes) : bytes_(bytes) {
    // An OS/2 file may hold the same picture for several screens, each behind a header of its own. The first is taken.
    file_header_ = bytes.starts_with("BA") ? kFileHeader : 0;
    position_ = file_header_ + kFileHeader;
    size_ = little_endian(bytes, position_, 4);
  }

  size_t position() const { return position_; }
  uint32_t size() const { return size_; }
  uint32_t pixels_at() const { return little_endian(bytes_, file_header_ + 10, 4); }
  bool is_core() const { return size_ == kOs2Core; }
  bool is_os2() const { return size_ <= kOs2 && size_ != kWindows3 && size_ != kWithMasks && size_ != kWithAlphaMask; }

  /// A number that lies within the header; 0 where the header is too short for it.
  uint32_t number(size_t offset, size_t count = 4) const {
    return offset + count <= size_ ? little_endian(bytes_, position_ + offset, count) : 0;
  }

 private:
  static constexpr size_t kFileHeader = 14;
  std::string_view bytes_;
  size_t file_header_ = 0, position_ = 0;
  uint32_t size_ = 0;
};

/// What the number at offset 16 says; its meaning is not the same in OS/2.
enum class Compression { None, Runs, Fields, FieldsWithAlpha, Jpeg, Png, Fax, Unknown };

Compression compression_of(const DibHeader& dib, uint32_t bits) {
  const uint32_t number = dib.number(16);
  if (number == 0) return Compression::None;
  if (number == 1 && bits == 8) return Compression::Runs;
  if (number == 2 && bits == 4) return Compression::Runs;
  if (dib.is_os2()) {
    if (number == 3 && bits == 1) return Compression::Fax;
    return number == 4 && bits == 24 ? Compression::Runs : Compression::Unknown;
  }
  if ((number == 3 || number == 6) && bits >= 16) {
    return number == 3 ? Compression::Fields : Compression::FieldsWithAlpha;
  }
  if (number == 4) return Compression::Jpeg;
  return number == 5 ? Compression::Png : Compression::Unknown;
}

void refuse_what_is_not_read(const PictureSource& source, Compression compression, uint32_t bits) {
  if (compression == Compression::Jpeg || compression == Compression::Png) {
    source.refuse(std::string("holds a ") + (compression == Compression::Jpeg ? "JPEG" : "PNG") +
                  " picture within a BMP file, as printers get it, which is not read here; save it as that alone");
  }
  if (compression == Compression::Fax) {
    source.refuse("is an OS/2 BMP in the coding of faxes (Huffman 1D), which is not read here; convert it to PNG");
  }
  if (bits == 64) source.refuse("is a BMP with 64 bits a pixel, which is not read here; convert it to PNG with 16");
  const uint32_t known[] = {1, 2, 4, 8, 16, 24, 32};
  if (compression == Compression::Unknown || std::find(std::begin(known), std::end(known), bits) == std::end(known)) {
    source.refuse(
        "is a BMP in a form that nobody knows (" + std::to_string(bits) +
        " bits a pixel, or a compression that doesn't go with them); copy or download it again, or convert it "
        "to PNG");
  }
}

void read_size(const PictureSource& source, const DibHeader& dib, BmpHeader& header) {
  if (dib.is_core()) {
    header.width = dib.number(4, 2);
    header.height = dib.number(6, 2);
    header.bits = dib.number(10, 2);
  } else {
    // A negative height means that the top row comes first.
    const auto height = static_cast<int32_t>(dib.number(8));
    header.width = static_cast<int32_t>(dib.number(4));
    header.height = std::abs(int64_t{height});
    header.top_down = height < 0;
    header.bits = dib.number(14, 2);
  }
  if (header.width < 1) source.refuse_as_damaged();
  source.check_size(static_cast<uint64_t>(header.width), static_cast<uint64_t>(header.height), 4 + kAlphaBytes);
}

BmpField field_of(const PictureSource& source, uint32_t mask) {
  if (mask == 0) return {};
  const auto shift = static_cast<uint32_t>(std::countr_zero(mask));
  const uint32_t largest = mask >> shift;
  if (static_cast<uint64_t>(largest & (uint64_t{largest} + 1)) != 0) {
    source.refuse("is a BMP whose colours' bits don't lie side by side, which is not read here; convert it to PNG");
  }
  return {shift, largest};
}

void read_fields(const PictureSource& source, const DibHeader& dib, Compression compression, BmpHeader& header) {
  std::array<uint32_t, 4> masks{};
  if (compression == Compression::None || compression == Compression::Runs) {
    // In 32 bits nothing is said of the fourth byte, in which some programs put alpha.
    masks = header.bits == 16 ? std::array<uint32_t, 4>{0x7C00, 0x3E0, 0x1F, 0}
                              : std::array<uint32_t, 4>{0xFF0000, 0xFF00, 0xFF, header.bits == 32 ? 0xFF000000 : 0};
  } else {
    // They lie behind a header of 40 bytes, and in the same place within longer ones.
    const bool alpha = dib.size() >= kWithAlphaMask || compression == Compression::FieldsWithAlpha;
    for (size_t i = 0; i < (alpha ? 4 : 3); ++i) {
      masks.at(i) = little_endian(source.bytes, dib.position() + kWindows3 + 4 * i, 4);
    }
  }
  for (size_t i = 0; i < masks.size(); ++i) header.fields.at(i) = field_of(source, masks.at(i));
  if ((masks[0] | masks[1] | masks[2]) == 0) source.refuse_as_damaged();
}

/// Reads as many colours as there are; the rest is black.
void read_palette(const PictureSource& source, const DibHeader& dib, size_t position, BmpHeader& header) {
  const size_t most = size_t{1} << header.bits;
  const size_t stated = dib.number(32);
  size_t count = dib.is_core() || stated == 0 ? most : std::min(stated, most);
  size_t entry = dib.is_core() ? 3 : 4;
  if (header.pixels_at > position) {
    const size_t room = header.pixels_at - position;
    // Some OS/2 files have the new header with the old palette.
    if (dib.is_os2() && room < 4 * count && room >= 3 * count) entry = 3;
    count = std::min(count, room / entry);
  }
  if (header.pixels_at <= position) header.pixels_at = position + entry * count;  // some programs forget the palette
  header.palette.resize(most);
  for (size_t i = 0; i < count; ++i) {
    for (size_t channel = 0; channel < 3; ++channel) {  // blue first
      header.palette[i].at(channel) =
          static_cast<uint8_t>(little_endian(source.bytes, position + entry * i + 2 - channel, 1));
    }
  }
}

/// The profile that a V4 or V5 header gives, or describes in numbers.
void read_profile(const PictureSource& source, const DibHeader& dib, BmpHeader& header) {
  constexpr uint32_t kCalibrated = 0, kLinked = 0x4C494E4B, kEmbedded = 0x4D424544;  // "LINK" and "MBED"
  constexpr size_t kEndpoints = 60, kGammas = 96, kProfileAt = 112;
  const uint32_t space = dib.number(56);
  if (dib.size() >= kVersion5 && space == kEmbedded) {
    const uint64_t begin = dib.position() + uint64_t{dib.number(kProfileAt)};
    const size_t size = dib.number(kProfileAt + 4);
    if (begin < source.bytes.size() && size <= source.bytes.size() - begin) {
      header.icc = source.bytes.substr(static_cast<size_t>(begin), size);
    }
    if (header.icc.empty()) header.warnings.emplace_back(kUselessProfile);
  }
  if (dib.size() >= kVersion5 && space == kLinked) {
    header.warnings.emplace_back("has its colour profile in another file; it is taken for sRGB");
  }
  if (dib.size() < kVersion4 || space != kCalibrated) return;
  // X, Y and Z of each primary with 30 bits behind the point, and the exponents with 16. White is the sum of the
  // primaries, but where programs put chromaticities there, whose sum says nothing: then white is sRGB's.
  double xyz[3][3] = {}, white[3] = {}, exponent = 0;
  bool chromaticities = true;
  for (size_t primary = 0; primary < 3; ++primary) {
    double sum = 0;
    for (size_t i = 0; i < 3; ++i) {
      xyz[primary][i] = static_cast<int32_t>(dib.number(kEndpoints + 12 * primary + 4 * i)) / double{1 << 30};
      white[i] += xyz[primary][i];
      sum += xyz[primary][i];
    }
    if (!(sum > 0)) return;  // left empty
    chromaticities = chromaticities && std::abs(sum - 1) < 0.01;
    exponent += dib.number(kGammas + 4 * primary) / 65536.0 / 3;
  }
  const auto project = [](const double(&of)[3], double(&xy)[2]) {
    for (size_t i = 0; i < 2; ++i) xy[i] = of[i] / (of[0] + of[1] + of[2]);
  };
  Primaries primaries = Primaries::of_srgb();
  if (!chromaticities) project(white, primaries.white);
  project(xyz[0], primaries.red);
  project(xyz[1], primaries.green);
  project(xyz[2], primaries.blue);
  // Some programs tell the encoding's exponent, others the display's.
  header.icc = gamma_profile(exponent > 1 ? 1 / exponent : exponent, primaries, /*grey=*/false);
}

}  // namespace

BmpHeader read_bmp_header(const PictureSource& source) {
  const DibHeader dib(source.bytes);
  if ((dib.size() < kOs2Smallest && !dib.is_core()) || dib.size() > source.bytes.size()) source.refuse_as_damaged();
  BmpHeader header;
  read_size(source, dib, header);
  const auto compression = compression_of(dib, header.bits);
  refuse_what_is_not_read(source, compression, header.bits);
  if (compression == Compression::Runs) header.coding = BmpCoding::Runs;
  const bool masks_behind_header =
      dib.size() == kWindows3 && (compression == Compression::Fields || compression == Compression::FieldsWithAlpha);
  const size_t masks = masks_behind_header ? (compression == Compression::Fields ? 12 : 16) : 0;
  const size_t behind = dib.position() + dib.size() + masks;
  header.pixels_at = dib.pixels_at();
  if (header.indexed()) {
    read_palette(source, dib, behind, header);
  } else {
    read_fields(source, dib, compression, header);
    header.pixels_at = std::max(header.pixels_at, behind);
  }
  read_profile(source, dib, header);
  return header;
}

}  // namespace styler
