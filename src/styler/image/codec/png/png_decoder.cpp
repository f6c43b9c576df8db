#include <png.h>

#include <algorithm>
#include <bit>
#include <cctype>
#include <csetjmp>
#include <cstring>
#include <new>
#include <optional>

#include "styler/base/error.hpp"
#include "styler/image/codec/bytes/picture_bytes.hpp"
#include "styler/image/codec/bytes/png_chunks.hpp"
#include "styler/image/codec/decoders.hpp"
#include "styler/image/codec/srgb_profile.hpp"

namespace styler {
namespace {

/// The file as libpng reads it.
struct Input {
  std::string_view bytes;
  size_t position = 0;
};

void read_bytes(png_structp png, png_bytep target, size_t count) {
  auto& input = *static_cast<Input*>(png_get_io_ptr(png));
  if (input.bytes.size() - input.position < count) png_error(png, "the file ends");
  std::memcpy(target, input.bytes.data() + input.position, count);
  input.position += count;
}

// libpng would print these.
[[noreturn]] void leave_on_error(png_structp png, png_const_charp) { png_longjmp(png, 1); }
void ignore_warning(png_structp, png_const_charp) {}

/// libpng's two structures. It reports errors by longjmp, over which no destructor may lie: so each call of libpng that
/// can fail goes through attempt().
class Png {
 public:
  explicit Png(Input& input)
      : png_(png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, leave_on_error, ignore_warning)),
        info_(png_ != nullptr ? png_create_info_struct(png_) : nullptr) {
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
    png_set_read_fn(png_, &input, read_bytes);
  }
  ~Png() { png_destroy_read_struct(&png_, &info_, nullptr); }
  Png(const Png&) = delete;
  Png& operator=(const Png&) = delete;

  png_structp png() const { return png_; }
  png_infop info() const { return info_; }

  /// Runs `work`, which may call libpng and has nothing to destroy. False when libpng found an error.
  template <typename Work>
  bool attempt(const Work& work) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;  // NOLINT(cert-err52-cpp): libpng knows no other way
    work();
    return true;
  }

 private:
  png_structp png_;
  png_infop info_;
};

void set_limits(const Png& file, const PictureSource& source) {
  auto* const png = file.png();
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // ours come with a better message
  // Printers' profiles take a few megabytes. What is compressed may unfold to a thousand times its size.
  constexpr size_t kLargestChunk = size_t{16} << 20;
  constexpr unsigned kMostChunks = 1000;
  constexpr size_t kSmallBite = 64;
  png_set_chunk_malloc_max(png, kLargestChunk);
  png_set_chunk_cache_max(png, kMostChunks);
  // All but what the picture needs is passed over: texts, suggested palettes, thumbnails.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
  static constexpr png_byte kNeeded[] = "tRNS\0iCCP\0sRGB\0gAMA\0cHRM";
  constexpr int kNumberNeeded = sizeof(kNeeded) / 5;
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_AS_DEFAULT, kNeeded, kNumberNeeded);
  const int on_wrong_checksum = source.options.allow_truncated ? PNG_CRC_WARN_USE : PNG_CRC_ERROR_QUIT;
  constexpr int kPassOver = PNG_CRC_WARN_DISCARD;  // what nobody needs to show the pixels
  // Of a file that ends early, what libpng is about to read is lost: small bites lose little.
  if (source.options.allow_truncated) png_set_compression_buffer_size(png, kSmallBite);
  png_set_crc_action(png, on_wrong_checksum, kPassOver);
}

/// The chromaticities of a cHRM chunk, or sRGB's.
Primaries primaries_of(const Png& file) {
  Primaries primaries = Primaries::of_srgb();
  double white[2], red[2], green[2], blue[2];
  if (png_get_cHRM(file.png(), file.info(), &white[0], &white[1], &red[0], &red[1], &green[0], &green[1], &blue[0],
                   &blue[1]) != 0) {
    primaries = {{white[0], white[1]}, {red[0], red[1]}, {green[0], green[1]}, {blue[0], blue[1]}};
  }
  return primaries;
}

/// The primaries that H.273 has under a number; sRGB's for those that it doesn't have, and for 2, "not told".
std::optional<Primaries> coded_primaries(unsigned number) {
  constexpr double kD65[] = {0.3127, 0.3290}, kC[] = {0.310, 0.316};
  switch (number) {
    case 1:  // BT.709
    case 2:
      return Primaries::of_srgb();
    case 4:  // NTSC of 1953
      return Primaries{{kC[0], kC[1]}, {0.67, 0.33}, {0.21, 0.71}, {0.14, 0.08}};
    case 5:  // PAL
      return Primaries{{kD65[0], kD65[1]}, {0.64, 0.33}, {0.29, 0.60}, {0.15, 0.06}};
    case 6:  // BT.601 of 525 lines
    case 7:
      return Primaries{{kD65[0], kD65[1]}, {0.630, 0.340}, {0.310, 0.595}, {0.155, 0.070}};
    case 9:  // BT.2020
      return Primaries{{kD65[0], kD65[1]}, {0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}};
    case 11:  // cinemas' P3
      return Primaries{{0.314, 0.351}, {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}};
    case 12:  // Display P3
      return Primaries{{kD65[0], kD65[1]}, {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}};
    default:
      return std::nullopt;
  }
}

/// The exponent of an encoding that H.273 has under a number.
std::optional<double> coded_exponent(unsigned number) {
  switch (number) {
    case 2:
    case 4:   // 2.2, by custom sRGB's curve
    case 13:  // sRGB
      return 1 / 2.2;
    case 1:  // What cameras encode by BT.709 and its like, screens show with 2.4 (BT.1886).
    case 6:
    case 14:
    case 15:
      return 1 / 2.4;
    case 5:
      return 1 / 2.8;
    case 8:  // light itself
      return 1;
    default:
      return std::nullopt;
  }
}

/// \throws Error{Input} for brightness beyond that of paper, and for what is not known.
std::string coded_profile(const PictureSource& source, const CodedColours& colours, bool grey) {
  const std::string remedy = ", which is not read here; convert it to sRGB in the program that it comes from";
  constexpr unsigned kPq = 16, kHlg = 18;
  if (colours.transfer == kPq || colours.transfer == kHlg) {
    source.refuse(std::string("is in high dynamic range (") + (colours.transfer == kPq ? "PQ" : "HLG") +
                  ", as its cICP chunk says)" + remedy);
  }
  const auto primaries = coded_primaries(colours.primaries);
  const auto exponent = coded_exponent(colours.transfer);
  if (!primaries || !exponent || colours.matrix != 0 || colours.full_range != 1) {
    source.refuse("has colours in a code of video (" + std::to_string(colours.primaries) + "/" +
                  std::to_string(colours.transfer) + "/" + std::to_string(colours.matrix) + "/" +
                  std::to_string(colours.full_range) + ", in its cICP chunk)" + remedy);
  }
  return gamma_profile(*exponent, *primaries, grey);
}

/// By the precedence of the PNG standard: video's code, the profile, then sRGB, then gamma and chromaticities.
std::string profile_of(const Png& file, const PictureSource& source, bool grey) {
  if (const auto coded = png_coded_colours(source.bytes)) return coded_profile(source, *coded, grey);
  png_charp name = nullptr;
  png_bytep profile = nullptr;
  png_uint_32 size = 0;
  int compression = 0, intent = 0;
  if (png_get_iCCP(file.png(), file.info(), &name, &compression, &profile, &size) != 0) {
    return {reinterpret_cast<const char*>(profile), size};
  }
  if (png_get_sRGB(file.png(), file.info(), &intent) != 0) return {};
  double exponent = 1 / 2.2;  // the encoding's, less than 1 as a rule; chromaticities alone leave it at sRGB's
  png_get_gAMA(file.png(), file.info(), &exponent);
  return gamma_profile(exponent, primaries_of(file), grey);
}

struct Header {
  uint32_t width = 0, height = 0;
  int depth = 0, colour_type = 0, interlace = 0;
};

/// Reads up to the pixels and asks for them in 8 or 16 bits, without palette.
bool read_header(Png& file, Header& header) {
  return file.attempt([&] {
    auto* const png = file.png();
    png_read_info(png, file.info());
    png_get_IHDR(png, file.info(), &header.width, &header.height, &header.depth, &header.colour_type, &header.interlace,
                 nullptr, nullptr);
  });
}

bool start_decoding(Png& file, int& passes) {
  return file.attempt([&] {
    auto* const png = file.png();
    png_set_expand(png);
    if constexpr (std::endian::native == std::endian::little) png_set_swap(png);
    passes = png_set_interlace_handling(png);
    png_read_update_info(png, file.info());
  });
}

cv::Mat empty_pixels(const Png& file, const Header& header) {
  const int type = CV_MAKETYPE(header.depth == 16 ? CV_16U : CV_8U, png_get_channels(file.png(), file.info()));
  cv::Mat pixels = cv::Mat::zeros(static_cast<int>(header.height), static_cast<int>(header.width), type);
  STYLER_ASSERT(png_get_rowbytes(file.png(), file.info()) == pixels.elemSize() * header.width);
  return pixels;
}

/// Every row of every pass. `rows` counts the decoded ones, so that it tells of those before an error too.
bool read_rows(Png& file, int passes, cv::Mat& pixels, int64_t& rows) {
  uint8_t* const first = pixels.data;
  const size_t step = pixels.step;
  const int height = pixels.rows;
  return file.attempt([&] {
    for (int pass = 0; pass < passes; ++pass) {
      // As a displayed row, an interlaced one fills the gaps that later passes have yet to fill.
      for (int y = 0; y < height; ++y, ++rows) png_read_row(file.png(), nullptr, first + step * y);
    }
  });
}

/// What the user should know of chunks that the pixels do without.
void warn_of_chunks(const PictureSource& source, DecodedPicture& picture) {
  std::string damaged;
  for (const auto& chunk : png_chunks(source.bytes)) {
    if (!chunk.ancillary() || chunk.intact() || damaged.find(chunk.type) != std::string::npos) continue;
    const bool letters = std::all_of(chunk.type.begin(), chunk.type.end(),
                                     [](unsigned char letter) { return std::isalpha(letter) != 0; });
    if (letters) damaged += (damaged.empty() ? "" : ", ") + std::string(chunk.type);
  }
  if (damaged.empty()) return;
  picture.warnings.push_back("has chunks with a wrong checksum (" + damaged + "), which are passed over");
}

}  // namespace

DecodedPicture decode_png(const PictureSource& source) {
  Input input{source.bytes};
  Png file(input);
  Header header;
  if (!file.attempt([&] { set_limits(file, source); }) || !read_header(file, header)) {
    // libpng refuses a header with a wrong size, or a file that ends within it.
    source.refuse_as_damaged();
  }
  const bool has_alpha =
      (header.colour_type & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(file.png(), file.info(), PNG_INFO_tRNS) != 0;
  const int channels = ((header.colour_type & PNG_COLOR_MASK_COLOR) != 0 ? 3 : 1) + (has_alpha ? 1 : 0);
  source.check_size(header.width, header.height,
                    channels * (header.depth == 16 ? 2 : 1) + (has_alpha ? kAlphaBytes : 0));
  DecodedPicture picture;
  const bool colour = (header.colour_type & PNG_COLOR_MASK_COLOR) != 0;
  picture.colour = colour ? ColourKind::Rgb : ColourKind::Grey;
  picture.icc = profile_of(file, source, !colour);
  const auto has = [&](png_uint_32 chunk) { return png_get_valid(file.png(), file.info(), chunk) != 0; };
  // Not by a gamma of 1/2.2 alone, which everybody writes.
  picture.colours_are_told = has(PNG_INFO_sRGB) || has(PNG_INFO_cHRM) || png_has_chunk(source.bytes, "iCCP") ||
                             png_coded_colours(source.bytes).has_value() || !picture.icc.empty();
  // libpng drops profiles that it finds fault with, or that are for other pixels.
  if (png_get_valid(file.png(), file.info(), PNG_INFO_iCCP) == 0 && png_has_chunk(source.bytes, "iCCP")) {
    picture.warnings.emplace_back(kUselessProfile);
  }
  int passes = 1;
  if (!start_decoding(file, passes)) source.refuse_as_damaged();
  picture.pixels = empty_pixels(file, header);
  if (picture.pixels.channels() > colour_channels(picture.colour)) picture.alpha = AlphaKind::Straight;

  int64_t rows = 0;
  if (!read_rows(file, passes, picture.pixels, rows)) {
    if (rows == 0 && source.options.allow_truncated) source.refuse_as_damaged();
    source.report_damage(picture);
  } else if (!file.attempt([&] { png_read_end(file.png(), nullptr); })) {
    picture.warnings.emplace_back("ends early or is damaged behind its pixels, which are all there");
  }
  warn_of_chunks(source, picture);
  if (png_has_chunk(source.bytes, "acTL")) picture.warnings.emplace_back("is animated; its first frame is used");
  return picture;
}

}  // namespace styler
