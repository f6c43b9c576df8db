#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <opencv2/core.hpp>
#include <utility>

#include "styler/image/codec/decoders.hpp"
#include "styler/image/codec/tiff_file.hpp"

namespace styler {
namespace {

/// What the tags say of the picture.
struct Layout {
  uint32_t width = 0, height = 0;
  uint16_t bits = 0, samples = 0, format = 0, photometric = 0, planes = 0, compression = 0, orientation = 0;
  bool tiled = false;
  /// Strips are blocks as wide as the picture.
  uint32_t block_width = 0, block_height = 0;
  /// Samples of the file that become the picture's channels: its colours and then its alpha.
  std::vector<uint16_t> wanted;

  bool separate() const { return planes == PLANARCONFIG_SEPARATE; }
  bool floating() const { return format == SAMPLEFORMAT_IEEEFP; }
  bool grey() const { return photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE; }
};

Layout read_layout(const TiffFile& file) {
  Layout layout;
  layout.width = file.tag<uint32_t>(TIFFTAG_IMAGEWIDTH, 0);
  layout.height = file.tag<uint32_t>(TIFFTAG_IMAGELENGTH, 0);
  layout.bits = file.tag<uint16_t>(TIFFTAG_BITSPERSAMPLE, 1);
  layout.samples = file.tag<uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1);
  layout.format = file.tag<uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  const uint16_t likely = layout.samples < 3 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB;
  layout.photometric = file.tag<uint16_t>(TIFFTAG_PHOTOMETRIC, likely);
  layout.planes = file.tag<uint16_t>(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  layout.compression = file.tag<uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  layout.orientation = file.tag<uint16_t>(TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
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
void check_blocks(const TiffFile& file, const Layout& layout, const PictureSource& source) {
  constexpr uint32_t kSmallestTile = 16;
  if (layout.block_width == 0 || layout.block_height == 0) source.refuse_as_damaged();
  if (layout.tiled && std::min(layout.block_width, layout.block_height) < kSmallestTile) source.refuse_as_damaged();
  const uint64_t bytes = layout.tiled ? TIFFTileSize64(file.get()) : TIFFStripSize64(file.get());
  const int64_t pixels = int64_t{layout.width} * layout.height;
  if (bytes == 0 || bytes > static_cast<uint64_t>(PictureSource::memory_limit(pixels))) source.refuse_as_damaged();
}

ColourKind colour_kind(const Layout& layout) {
  if (layout.grey()) return ColourKind::Grey;
  return layout.photometric == PHOTOMETRIC_SEPARATED ? ColourKind::Cmyk : ColourKind::Rgb;
}

/// Whether the samples can be taken as they are. What is rarer goes through libtiff's own conversion to 8-bit RGBA.
bool is_plain(const TiffFile& file, const Layout& layout) {
  const bool known =
      layout.grey() || layout.photometric == PHOTOMETRIC_RGB ||
      (layout.photometric == PHOTOMETRIC_SEPARATED && file.tag<uint16_t>(TIFFTAG_INKSET, INKSET_CMYK) == INKSET_CMYK);
  if (!known || layout.compression == COMPRESSION_OJPEG) return false;
  if (layout.samples < colour_channels(colour_kind(layout))) return false;
  if (layout.floating()) return layout.bits == 32 && layout.photometric != PHOTOMETRIC_SEPARATED;
  const bool plain_integers = layout.format == SAMPLEFORMAT_UINT || layout.format == SAMPLEFORMAT_VOID;
  return plain_integers && (layout.bits == 8 || layout.bits == 16);
}

/// Finds alpha among the samples behind the colours.
AlphaKind choose_samples(const TiffFile& file, Layout& layout) {
  const int colours = colour_channels(colour_kind(layout));
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

/// A part of the picture as libtiff hands it out: one strip or tile, of all samples or of one of them.
struct Block {
  uint32_t x = 0, y = 0, columns = 0, rows = 0;  ///< What of the picture it covers.
  uint16_t plane = 0;
  std::vector<uint8_t> bytes;
  size_t row_bytes = 0;
};

/// False when not all of it could be decoded; the rest is 0.
bool read_block(const TiffFile& file, const Layout& layout, Block& block) {
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

void copy_block(const Block& block, const Layout& layout, cv::Mat& pixels) {
  for (int channel = 0; channel < pixels.channels(); ++channel) {
    const size_t sample = layout.wanted[channel];
    if (layout.separate() && sample != block.plane) continue;
    const auto copy = layout.bits == 8    ? copy_channel<uint8_t>
                      : layout.bits == 16 ? copy_channel<uint16_t>
                                          : copy_channel<uint32_t>;
    copy(block, layout.separate() ? 0 : sample, layout.separate() ? 1 : layout.samples, channel, pixels);
  }
}

/// Fills the pixels strip by strip or tile by tile.
void read_blocks(const TiffFile& file, const Layout& layout, const PictureSource& source, DecodedPicture& picture) {
  Block block;
  block.bytes.resize(layout.tiled ? TIFFTileSize64(file.get()) : TIFFStripSize64(file.get()));
  block.row_bytes = layout.tiled ? TIFFTileRowSize64(file.get()) : TIFFScanlineSize64(file.get());
  const uint64_t expected = uint64_t{layout.block_width} * (layout.bits / 8) * (layout.separate() ? 1 : layout.samples);
  if (block.row_bytes != expected || block.row_bytes * layout.block_height > block.bytes.size()) {
    source.refuse_as_damaged();
  }
  bool whole = true;
  for (uint64_t y = 0; y < layout.height; y += layout.block_height) {
    for (uint64_t x = 0; x < layout.width; x += layout.block_width) {
      block.x = static_cast<uint32_t>(x);
      block.y = static_cast<uint32_t>(y);
      block.columns = std::min(layout.block_width, layout.width - block.x);
      block.rows = std::min(layout.block_height, layout.height - block.y);
      for (const uint16_t sample : layout.wanted) {
        block.plane = layout.separate() ? sample : uint16_t{0};
        if (!read_block(file, layout, block)) {
          if (whole) source.report_damage(picture);
          whole = false;
        }
        copy_block(block, layout, picture.pixels);
        if (!layout.separate()) break;  // all samples came at once
      }
    }
  }
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

void decode_plainly(const TiffFile& file, Layout layout, const PictureSource& source, DecodedPicture& picture) {
  picture.colour = colour_kind(layout);
  picture.alpha = choose_samples(file, layout);
  const int depth = layout.floating() ? CV_32F : layout.bits == 16 ? CV_16U : CV_8U;
  picture.pixels = cv::Mat::zeros(static_cast<int>(layout.height), static_cast<int>(layout.width),
                                  CV_MAKETYPE(depth, static_cast<int>(layout.wanted.size())));
  read_blocks(file, layout, source, picture);
  if (layout.photometric == PHOTOMETRIC_MINISWHITE) invert_grey(picture.pixels);
}

/// libtiff's conversion to 8-bit RGBA, for all that it can do: few bits, palettes, YCbCr, Lab.
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

void decode_as_rgba(const TiffFile& file, const Layout& layout, const PictureSource& source, DecodedPicture& picture) {
  RgbaImage image(file, !source.options.allow_truncated);
  if (!image) {
    source.refuse("holds " + std::to_string(layout.samples) + " samples of " + std::to_string(layout.bits) +
                  " bits in a form that is not read here; convert it to RGB with 8 or 16 bits");
  }
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
  if (!layout.grey()) return;
  cv::Mat grey(picture.pixels.size(), CV_8UC2);
  const int pairs[] = {0, 0, 3, 1};
  cv::mixChannels(&picture.pixels, 1, &grey, 1, pairs, 2);
  picture.pixels = std::move(grey);
  picture.colour = ColourKind::Grey;
}

std::string profile_of(const TiffFile& file, const Layout& layout) {
  // libtiff makes sRGB of Lab; what it makes of the rest is in the profile's colours.
  if (layout.photometric == PHOTOMETRIC_CIELAB || layout.photometric == PHOTOMETRIC_ICCLAB) return {};
  uint32_t size = 0;
  const void* profile = nullptr;
  if (TIFFGetField(file.get(), TIFFTAG_ICCPROFILE, &size, &profile) == 0) return {};
  return {static_cast<const char*>(profile), size};
}

}  // namespace

DecodedPicture decode_tiff(const PictureSource& source) {
  const TiffFile file(source.bytes, PictureSource::memory_limit(source.options.max_pixels));
  if (!file) source.refuse_as_damaged();
  go_to_first_whole_picture(file, source);
  const Layout layout = read_layout(file);
  source.check_size(layout.width, layout.height);
  check_blocks(file, layout, source);
  if (TIFFIsCODECConfigured(layout.compression) == 0) {
    source.refuse("is compressed in a way (" + std::to_string(layout.compression) +
                  ") that the libtiff of this program was built without; convert it to a plain TIFF or PNG");
  }
  DecodedPicture picture;
  if (is_plain(file, layout)) {
    decode_plainly(file, layout, source, picture);
  } else {
    decode_as_rgba(file, layout, source, picture);
  }
  picture.icc = profile_of(file, layout);
  picture.orientation = layout.orientation >= 1 && layout.orientation <= 8 ? layout.orientation : 1;
  if (has_more_pages(file)) picture.warnings.emplace_back("has several pages; the first one is used");
  return picture;
}

}  // namespace styler
