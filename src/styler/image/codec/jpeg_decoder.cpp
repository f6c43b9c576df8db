#include <turbojpeg.h>

#include <memory>
#include <new>
#include <opencv2/core.hpp>
#include <type_traits>

#include "styler/image/codec/decoders.hpp"
#include "styler/image/codec/picture_bytes.hpp"

namespace styler {
namespace {

struct DestroyHandle {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<std::remove_pointer_t<tjhandle>, DestroyHandle>;

const unsigned char* data(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

struct Header {
  int width = 0;
  int height = 0;
  ColourKind colour = ColourKind::Rgb;
};

Header read_header(tjhandle handle, const PictureSource& source) {
  Header header;
  int subsampling = 0, space = 0;
  const int result = tjDecompressHeader3(handle, data(source.bytes), source.bytes.size(), &header.width, &header.height,
                                         &subsampling, &space);
  if (result != 0 && tjGetErrorCode(handle) == TJERR_FATAL) source.refuse_as_damaged();
  if (header.width < 1 || header.height < 1) source.refuse_as_damaged();
  if (space == TJCS_GRAY) header.colour = ColourKind::Grey;
  if (space == TJCS_CMYK || space == TJCS_YCCK) header.colour = ColourKind::Cmyk;
  return header;
}

int pixel_format(ColourKind colour) {
  if (colour == ColourKind::Grey) return TJPF_GRAY;
  return colour == ColourKind::Cmyk ? TJPF_CMYK : TJPF_RGB;
}

}  // namespace

DecodedPicture decode_jpeg(const PictureSource& source) {
  const Handle handle(tjInitDecompress());
  if (!handle) throw std::bad_alloc();
  const Header header = read_header(handle.get(), source);
  source.check_size(static_cast<uint64_t>(header.width), static_cast<uint64_t>(header.height));

  DecodedPicture picture;
  picture.colour = header.colour;
  picture.pixels.create(header.height, header.width, CV_8UC(colour_channels(header.colour)));
  // Thousands of empty scans in a small progressive file could keep the decoder busy for hours.
  const int flags = TJFLAG_LIMITSCANS | TJFLAG_ACCURATEDCT;
  const int result =
      tjDecompress2(handle.get(), data(source.bytes), source.bytes.size(), picture.pixels.data, header.width,
                    static_cast<int>(picture.pixels.step), header.height, pixel_format(header.colour), flags);
  // What libjpeg warns of is damage that it painted over, with grey or with wrong colours.
  if (result != 0 && tjGetErrorCode(handle.get()) == TJERR_FATAL) source.refuse_as_damaged();
  if (result != 0) source.report_damage(picture);

  // Files with four inks hold them inverted: Adobe began with it, and everybody followed.
  if (header.colour == ColourKind::Cmyk) cv::bitwise_not(picture.pixels, picture.pixels);
  picture.icc = jpeg_icc_profile(source.bytes);
  picture.orientation = exif_orientation(source.bytes);
  return picture;
}

}  // namespace styler
