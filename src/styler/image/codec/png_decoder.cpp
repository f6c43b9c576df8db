#include <png.h>

#include <algorithm>
#include <bit>
#include <csetjmp>
#include <cstring>
#include <new>

#include "styler/base/error.hpp"
#include "styler/image/codec/decoders.hpp"
#include "styler/image/codec/picture_bytes.hpp"
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
  // Of a file that ends early, what libpng is about to read is lost: small bites lose little.
  if (source.options.allow_truncated) png_set_compression_buffer_size(png, kSmallBite);
  png_set_crc_action(png, on_wrong_checksum, on_wrong_checksum);
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

/// By the precedence of the PNG standard: the profile, then sRGB, then gamma and chromaticities.
std::string profile_of(const Png& file, bool grey) {
  png_charp name = nullptr;
  png_bytep profile = nullptr;
  png_uint_32 size = 0;
  int compression = 0, intent = 0;
  if (png_get_iCCP(file.png(), file.info(), &name, &compression, &profile, &size) != 0) {
    return {reinterpret_cast<const char*>(profile), size};
  }
  if (png_get_sRGB(file.png(), file.info(), &intent) != 0) return {};
  double exponent = 0;  // the encoding's, less than 1 as a rule
  if (png_get_gAMA(file.png(), file.info(), &exponent) == 0) return {};
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
    png_read_end(file.png(), nullptr);
  });
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
  source.check_size(header.width, header.height);
  DecodedPicture picture;
  const bool colour = (header.colour_type & PNG_COLOR_MASK_COLOR) != 0;
  picture.colour = colour ? ColourKind::Rgb : ColourKind::Grey;
  picture.icc = profile_of(file, !colour);
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
  }
  if (png_has_chunk(source.bytes, "acTL")) picture.warnings.emplace_back("is animated; its first frame is used");
  picture.orientation = exif_orientation(source.bytes);
  return picture;
}

}  // namespace styler
