#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <new>
#include <opencv2/core.hpp>
#include <optional>
#include <utility>

#include "styler/image/codec/bytes/exif_block.hpp"
#include "styler/image/codec/decoders.hpp"
#include "styler/image/codec/tiff/lab_colours.hpp"
#include "styler/image/codec/tiff/tiff_file.hpp"
#include "styler/image/codec/tiff/tiff_samples.hpp"

namespace styler {
namespace {

TiffLayout read_layout(const TiffFile& file) {
  TiffLayout layout;
  layout.width = file.tag<uint32_t>(TIFFTAG_IMAGEWIDTH, 0);
  layout.height = file.tag<uint32_t>(TIFFTAG_IMAGELENGTH, 0);
  layout.bits = file.tag<uint16_t>(TIFFTAG_BITSPERSAMPLE, 1);
  layout.samples = file.tag<uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1);
  layout.format = file.tag<uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  const uint16_t likely = layout.samples < 3 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB;
  layout.photometric = file.tag<uint16_t>(TIFFTAG_PHOTOMETRIC, likely);
  layout.planes = file.tag<uint16_t>(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  layout.compression = file.tag<uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  if (TIFFGetField(file.get(), TIFFTAG_ORIENTATION, &layout.orientation) == 0) layout.orientation = 0;
  layout.tiled = TIFFIsTiled(file.get()) != 0;
  layout.block_width = layout.tiled ? file.tag<uint32_t>(TIFFTAG_TILEWIDTH, 0) : layout.width;
  layout.block_height = layout.tiled ? file.tag<uint32_t>(TIFFTAG_TILELENGTH, 0)
                                     : std::min(file.tag<uint32_t>(TIFFTAG_ROWSPERSTRIP, layout.height), layout.height);
  return layout;
}

/// Cameras' raw files and others begin with a preview: the first whole picture is sought.
void go_to_first_whole_picture(const TiffFile& file, const PictureSource& source) {
  constexpr int kMostPreviews = 100;
  const auto is_preview = [&] { return (file.tag<uint32_t>(TIFFTAG_SUBFILETYPE, 0) & FILETYPE_REDUCEDIMAGE) != 0; };
  for (int i = 0; is_preview(); ++i) {
    if (i == kMostPreviews || TIFFReadDirectory(file.get()) == 0) {
      source.refuse("holds nothing but a preview, as a camera's raw file does; develop it into a TIFF or JPEG first");
    }
  }
}

bool has_more_pages(const TiffFile& file) {
  constexpr int kEnough = 100;
  for (int i = 0; i < kEnough && TIFFReadDirectory(file.get()) != 0; ++i) {
    const auto kind = file.tag<uint32_t>(TIFFTAG_SUBFILETYPE, 0);
    if ((kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) == 0) return true;
  }
  return false;
}

/// Tiny tiles in a large picture would keep us busy for hours, huge ones around a small picture would take its memory.
/// The standard wants multiples of 16.
void check_blocks(const TiffFile& file, const TiffLayout& layout, const PictureSource& source) {
  constexpr uint32_t kSmallestTile = 16;
  if (layout.block_width == 0 || layout.block_height == 0) source.refuse_as_damaged();
  if (layout.tiled && std::min(layout.block_width, layout.block_height) < kSmallestTile) source.refuse_as_damaged();
  const uint64_t bytes = layout.tiled ? TIFFTileSize64(file.get()) : TIFFStripSize64(file.get());
  const int64_t pixels = int64_t{layout.width} * layout.height;
  if (bytes == 0 || bytes > static_cast<uint64_t>(PictureSource::memory_limit(pixels))) source.refuse_as_damaged();
}

ColourKind colour_kind(const TiffLayout& layout) {
  if (layout.grey()) return ColourKind::Grey;
  return layout.photometric == PHOTOMETRIC_SEPARATED ? ColourKind::Cmyk : ColourKind::Rgb;
}

/// Whether libtiff's own conversion to 8-bit RGBA is needed: for colours that are stored with less detail than
/// brightness, and for brightness without an upper end.
bool needs_conversion(const TiffLayout& layout) {
  return layout.photometric == PHOTOMETRIC_YCBCR || layout.photometric == PHOTOMETRIC_LOGL ||
         layout.photometric == PHOTOMETRIC_LOGLUV || layout.compression == COMPRESSION_OJPEG;
}

[[noreturn]] void refuse_form(const PictureSource& source, const TiffLayout& layout, const std::string& what) {
  source.refuse("holds " + std::to_string(layout.samples) + " samples of " + std::to_string(layout.bits) + " bits" +
                what + ", a form that is not read here; convert it to RGB with 8 or 16 bits");
}

/// Refuses what read_tiff_samples() or what comes behind it would show wrongly.
void check_form(const TiffFile& file, const TiffLayout& layout, const PictureSource& source) {
  const bool palette = layout.photometric == PHOTOMETRIC_PALETTE, cmyk = layout.photometric == PHOTOMETRIC_SEPARATED;
  if (layout.photometric == PHOTOMETRIC_CFA) refuse_form(source, layout, " as a camera's sensor sees them");
  if (cmyk && file.tag<uint16_t>(TIFFTAG_INKSET, INKSET_CMYK) != INKSET_CMYK) {
    refuse_form(source, layout, " of inks other than those of CMYK");
  }
  if (!layout.grey() && !palette && !cmyk && !layout.lab() && layout.photometric != PHOTOMETRIC_RGB) {
    refuse_form(source, layout, " of a kind of colour (" + std::to_string(layout.photometric) + ")");
  }
  if (!has_known_samples(layout)) refuse_form(source, layout, " that are no plain numbers");
  if (cmyk && (layout.floating() || layout.with_sign()))
    refuse_form(source, layout, " of ink that are no plain integers");
  if (palette && (layout.bits > 16 || layout.format != SAMPLEFORMAT_UINT)) refuse_form(source, layout, " of a palette");
  if (layout.lab() && (layout.floating() || (layout.bits != 8 && layout.bits != 16))) {
    refuse_form(source, layout, " of L*a*b*");
  }
  void *decode = nullptr, *values = nullptr;  // large enough for whatever libtiff hands out
  const bool own_range = TIFFGetField(file.get(), TIFFTAG_DECODE, &decode, &values) != 0;
  if (layout.photometric == PHOTOMETRIC_ITULAB && (layout.bits != 8 || own_range)) {
    refuse_form(source, layout, " of L*a*b* in a range of their own");
  }
  const int colours = palette ? 1 : colour_channels(colour_kind(layout));
  if (layout.samples < colours) source.refuse_as_damaged();
}

/// Finds alpha among the samples behind the colours.
AlphaKind choose_samples(const TiffFile& file, TiffLayout& layout) {
  const int colours = layout.photometric == PHOTOMETRIC_PALETTE ? 1 : colour_channels(colour_kind(layout));
  for (int i = 0; i < colours; ++i) layout.wanted.push_back(static_cast<uint16_t>(i));
  uint16_t count = 0;
  const uint16_t* kinds = nullptr;
  if (TIFFGetField(file.get(), TIFFTAG_EXTRASAMPLES, &count, &kinds) == 0) {
    // Programs that write four samples of RGB and don't say what the fourth is mean alpha, OpenCV among them.
    if (layout.photometric != PHOTOMETRIC_RGB || layout.samples != 4) return AlphaKind::None;
    layout.wanted.push_back(3);
    return AlphaKind::Straight;
  }
  for (int i = 0; i < count && colours + i < layout.samples; ++i) {
    if (kinds[i] != EXTRASAMPLE_ASSOCALPHA && kinds[i] != EXTRASAMPLE_UNASSALPHA) continue;
    layout.wanted.push_back(static_cast<uint16_t>(colours + i));
    return kinds[i] == EXTRASAMPLE_ASSOCALPHA ? AlphaKind::Premultiplied : AlphaKind::Straight;
  }
  return AlphaKind::None;
}

/// White is 0 in some grey files.
void invert_grey(cv::Mat& pixels) {
  cv::Mat grey;
  cv::extractChannel(pixels, grey, 0);
  if (pixels.depth() == CV_32F) {
    grey = 1 - grey;
  } else {
    cv::bitwise_not(grey, grey);
  }
  cv::insertChannel(grey, pixels, 0);
}

/// Puts the palette's colours in the place of their numbers. Alpha comes behind them as before, in 8 bits.
void look_up_colours(const TiffFile& file, const TiffLayout& layout, const PictureSource& source, cv::Mat& pixels) {
  uint16_t *red = nullptr, *green = nullptr, *blue = nullptr;
  if (TIFFGetField(file.get(), TIFFTAG_COLORMAP, &red, &green, &blue) == 0) source.refuse_as_damaged();
  const uint32_t largest = (1U << layout.bits) - 1;
  const uint16_t* const channels[] = {red, green, blue};
  // The standard has 16 bits, of which programs fill in the upper 8 alone or all; some put 8 bits there.
  const bool small = std::all_of(std::begin(channels), std::end(channels), [&](const uint16_t* channel) {
    return std::all_of(channel, channel + largest + 1, [](uint16_t value) { return value < 256; });
  });
  const int alphas = pixels.channels() - 1;
  cv::Mat colours(pixels.size(), CV_MAKETYPE(CV_8U, 3 + alphas));
  for (int y = 0; y < pixels.rows; ++y) {
    const auto* from = pixels.ptr<uint16_t>(y);
    auto* to = colours.ptr<uint8_t>(y);
    for (int x = 0; x < pixels.cols; ++x) {
      const uint16_t number = *from++;
      for (const auto* channel : channels) *to++ = static_cast<uint8_t>(small ? channel[number] : channel[number] >> 8);
      if (alphas > 0) *to++ = static_cast<uint8_t>((*from++ * 255U + largest / 2) / largest);
    }
  }
  pixels = std::move(colours);
}

/// Makes sRGB of the three kinds of L*a*b*, which differ in how a and b are stored. Alpha stays.
void convert_lab(const TiffLayout& layout, cv::Mat& pixels) {
  const bool deep = layout.bits == 16;
  const double full = deep ? 65535 : 255, unit = deep ? 256 : 1;  // of a and b
  const auto colour_of = [&](double stored, size_t channel) {
    if (layout.photometric == PHOTOMETRIC_ITULAB) {  // the ranges that T.42 gives for want of others
      if (channel == 0) return stored * 100 / 255;
      return channel == 1 ? (stored - 128) * 170 / 255 : (stored - 96) * 200 / 255;
    }
    const bool icc = layout.photometric == PHOTOMETRIC_ICCLAB;
    if (channel == 0) return stored * 100 / (icc && deep ? 65280 : full);
    if (icc) return stored / unit - 128;
    return (stored > full / 2 ? stored - full - 1 : stored) / unit;  // with a sign
  };
  cv::Mat colours;
  pixels.convertTo(colours, CV_32F);
  const auto channels = static_cast<size_t>(colours.channels());
  for (int y = 0; y < colours.rows; ++y) {
    auto* const row = colours.ptr<float>(y);
    for (size_t i = 0; i < channels * static_cast<size_t>(colours.cols); ++i) {
      const size_t channel = i % channels;
      row[i] = static_cast<float>(channel < 3 ? colour_of(row[i], channel) : row[i] / full);
    }
  }
  srgb_from_lab(colours);
  pixels = std::move(colours);
}

/// What the numbers of a picture in 32F are, colours and alpha apart.
struct Numbers {
  float smallest = 0, largest = 0, largest_alpha = 0;
  bool mostly_beyond_one = false;
};

Numbers numbers_in(const DecodedPicture& picture) {
  const int channels = picture.pixels.channels(), colours = colour_channels(picture.colour);
  Numbers numbers;
  size_t visible = 0, beyond_one = 0;
  for (int y = 0; y < picture.pixels.rows; ++y) {
    const auto* row = picture.pixels.ptr<float>(y);
    for (int i = 0; i < picture.pixels.cols * channels; ++i) {
      if (i % channels >= colours) {
        numbers.largest_alpha = row[i] > numbers.largest_alpha ? row[i] : numbers.largest_alpha;
        continue;
      }
      visible += row[i] > 0 ? 1 : 0;
      beyond_one += row[i] > 1 ? 1 : 0;
      if (!std::isfinite(row[i])) continue;
      numbers.smallest = std::min(row[i], numbers.smallest);
      numbers.largest = std::max(row[i], numbers.largest);
    }
  }
  numbers.mostly_beyond_one = 2 * beyond_one > visible;
  return numbers;
}

/// Which numbers are black and white.
struct Range {
  double black = 0, white = 1;
};

/// For floating point it is 0 and 1 by custom, unless so many are beyond that they can only have been meant to end at
/// 255 or 65535, beyond which resizing and denoising lead a little. Nothing where they are too many for brightness and
/// end elsewhere.
std::optional<Range> floating_range(const Numbers& numbers) {
  constexpr double kOvershoot = 0.1, kPlausible = 1.0 / 16;
  if (!numbers.mostly_beyond_one || numbers.largest <= 255 * kPlausible) return Range();
  for (const double white : {255.0, 65535.0}) {
    const bool fits = numbers.largest <= white * (1 + kOvershoot) && numbers.largest > white * kPlausible;
    if (fits && numbers.smallest >= -white * kOvershoot) return Range{0, white};
  }
  return std::nullopt;
}

/// For integers it is all that there can be. Where none is negative, 0 is black; where none needs more than 8 or 16
/// bits, the rest of them is not meant.
Range integer_range(const TiffLayout& layout, const Numbers& numbers) {
  const double highest = std::exp2(layout.with_sign() ? layout.bits - 1 : layout.bits) - 1;
  if (numbers.smallest < 0) return {-highest - 1, highest};
  if (layout.bits > 8 && numbers.largest <= 255) return {0, 255};
  return {0, layout.bits > 16 && numbers.largest <= 65535 ? 65535 : highest};
}

std::string number_text(double number) {
  return number == std::round(number) && std::abs(number) < 1e15 ? std::to_string(std::llround(number))
                                                                 : std::to_string(number);
}

/// Brings numbers that don't say themselves what is black and white into [0, 1], and says how.
void scale_to_one(const TiffLayout& layout, const PictureSource& source, DecodedPicture& picture) {
  cv::Mat& pixels = picture.pixels;
  const Numbers numbers = numbers_in(picture);
  constexpr float kNoBrightness = 1e9F;  // the sun, where a white wall in it is 1, has a hundred thousandth of that
  const float extreme = std::max(numbers.largest, -numbers.smallest);
  if (layout.floating() && extreme > kNoBrightness && std::isfinite(extreme)) {
    refuse_form(source, layout,
                " that are said to be floating-point numbers, but cannot be (" + std::to_string(extreme) + ")");
  }
  const std::optional<Range> range = layout.floating() ? floating_range(numbers) : integer_range(layout, numbers);
  if (!range) {
    refuse_form(source, layout,
                " that are floating-point numbers from " + number_text(numbers.smallest) + " to " +
                    number_text(numbers.largest) +
                    ", which are mostly above 1 and end at neither 255 nor 65535, so that nobody knows what is white");
  }
  const auto [black, white] = *range;
  const double alpha = layout.floating() && numbers.largest_alpha <= 1 ? 1 : white - black;
  const int channels = pixels.channels(), colours = colour_channels(picture.colour);
  for (int y = 0; y < pixels.rows; ++y) {
    auto* const row = pixels.ptr<float>(y);
    for (int i = 0; i < pixels.cols * channels; ++i) {
      row[i] = static_cast<float>(i % channels < colours ? (row[i] - black) / (white - black) : row[i] / alpha);
    }
  }
  if (layout.floating() && numbers.smallest >= 0 && numbers.largest <= 1) return;
  const std::string kind = layout.floating() ? "floating-point numbers"
                                             : "integers of " + std::to_string(layout.bits) + " bits" +
                                                   (layout.with_sign() ? " with a sign" : "");
  picture.warnings.push_back("holds " + kind + " from " + number_text(numbers.smallest) + " to " +
                             number_text(numbers.largest) + "; " + number_text(black) + " is taken for black and " +
                             number_text(white) + " for white");
}

void decode_samples(const TiffFile& file, TiffLayout layout, const PictureSource& source, DecodedPicture& picture) {
  check_form(file, layout, source);
  if (layout.lab()) layout.format = SAMPLEFORMAT_UINT;  // what has a sign in it is known without
  picture.colour = colour_kind(layout);
  picture.alpha = choose_samples(file, layout);
  picture.pixels = read_tiff_samples(file, layout, source, picture);
  if (layout.photometric == PHOTOMETRIC_PALETTE) look_up_colours(file, layout, source, picture.pixels);
  if (layout.lab()) convert_lab(layout, picture.pixels);
  if (picture.pixels.depth() == CV_32F && !layout.lab()) scale_to_one(layout, source, picture);
  if (layout.photometric == PHOTOMETRIC_MINISWHITE) invert_grey(picture.pixels);
}

/// libtiff's conversion to 8-bit RGBA.
class RgbaImage {
 public:
  RgbaImage(const TiffFile& file, bool stop_on_error) {
    char ignored[1024] = "";
    begun_ = TIFFRGBAImageOK(file.get(), ignored) != 0 &&
             TIFFRGBAImageBegin(&image_, file.get(), stop_on_error ? 1 : 0, ignored) != 0;
    if (begun_) image_.req_orientation = image_.orientation;  // rows as they are stored: turning is done elsewhere
  }
  ~RgbaImage() {
    if (begun_) TIFFRGBAImageEnd(&image_);
  }
  RgbaImage(const RgbaImage&) = delete;
  RgbaImage& operator=(const RgbaImage&) = delete;
  explicit operator bool() const { return begun_; }
  TIFFRGBAImage* operator->() { return &image_; }
  TIFFRGBAImage* get() { return &image_; }

 private:
  TIFFRGBAImage image_{};
  bool begun_ = false;
};

void decode_as_rgba(const TiffFile& file, const TiffLayout& layout, const PictureSource& source,
                    DecodedPicture& picture) {
  RgbaImage image(file, !source.options.allow_truncated);
  if (!image) refuse_form(source, layout, " of brightness and colour");
  picture.pixels = cv::Mat::zeros(static_cast<int>(layout.height), static_cast<int>(layout.width), CV_8UC4);
  picture.alpha = AlphaKind::Premultiplied;  // also where the file is not
  auto* const raster = picture.pixels.ptr<uint32_t>();
  if (image->get == nullptr || TIFFRGBAImageGet(image.get(), raster, layout.width, layout.height) == 0) {
    source.report_damage(picture);
  }
  for (size_t i = 0; i < picture.pixels.total(); ++i) {
    const uint32_t pixel = raster[i];
    const uint8_t rgba[] = {static_cast<uint8_t>(TIFFGetR(pixel)), static_cast<uint8_t>(TIFFGetG(pixel)),
                            static_cast<uint8_t>(TIFFGetB(pixel)), static_cast<uint8_t>(TIFFGetA(pixel))};
    std::memcpy(&raster[i], rgba, sizeof rgba);
  }
  if (layout.photometric == PHOTOMETRIC_LOGL || layout.photometric == PHOTOMETRIC_LOGLUV) {
    picture.warnings.emplace_back("holds brightness without an upper end (LogLuv); what is beyond white is cut off");
  }
}

std::string profile_of(const TiffFile& file, const TiffLayout& layout) {
  if (layout.lab()) return {};  // sRGB by now
  uint32_t size = 0;
  const void* profile = nullptr;
  if (TIFFGetField(file.get(), TIFFTAG_ICCPROFILE, &size, &profile) == 0) return {};
  return {static_cast<const char*>(profile), size};
}

/// libtiff opens nothing whose samples differ in size or kind, such as 5, 6 and 5 bits.
[[noreturn]] void refuse_unopened(const PictureSource& source) {
  for (const auto tag : {TIFFTAG_BITSPERSAMPLE, TIFFTAG_SAMPLEFORMAT}) {
    for (const auto& numbers : first_directory(source.bytes).numbers(static_cast<uint16_t>(tag))) {
      if (std::adjacent_find(numbers.begin(), numbers.end(), std::not_equal_to<>()) == numbers.end()) continue;
      source.refuse(
          "has samples of unequal sizes or kinds, which is not read here; convert it to RGB with 8 or 16 bits");
    }
  }
  source.refuse_as_damaged();
}

}  // namespace

DecodedPicture decode_tiff(const PictureSource& source) {
  const TiffFile file(source.bytes, PictureSource::memory_limit(source.options.max_pixels));
  if (!file) refuse_unopened(source);
  go_to_first_whole_picture(file, source);
  const TiffLayout layout = read_layout(file);
  // Numbers of many bits are kept as they are, and once more in the end.
  const int sample_bytes = layout.bits > 16 || layout.lab() ? 12 : layout.bits > 8 ? 2 : 1;
  source.check_size(layout.width, layout.height, std::max(4, layout.samples * sample_bytes));
  check_blocks(file, layout, source);
  if (TIFFIsCODECConfigured(layout.compression) == 0) {
    source.refuse("is compressed in a way (" + std::to_string(layout.compression) +
                  ") that the libtiff of this program was built without; convert it to a plain TIFF or PNG");
  }
  const bool of_8_bits = layout.compression == COMPRESSION_JPEG || layout.compression == COMPRESSION_OJPEG ||
                         layout.compression == COMPRESSION_WEBP;
  if (of_8_bits && layout.bits != 8) refuse_form(source, layout, " in a compression for 8 bits (JPEG or WebP)");
  DecodedPicture picture;
  if (needs_conversion(layout)) {
    decode_as_rgba(file, layout, source, picture);
  } else {
    decode_samples(file, layout, source, picture);
  }
  picture.icc = profile_of(file, layout);
  picture.colours_are_told = layout.lab();
  picture.orientation = layout.orientation >= 1 && layout.orientation <= 8 ? layout.orientation : 0;
  if (has_more_pages(file)) picture.warnings.emplace_back("has several pages; the first one is used");
  return picture;
}

}  // namespace styler
