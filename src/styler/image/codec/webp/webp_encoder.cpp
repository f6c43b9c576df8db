#include <webp/encode.h>
#include <webp/mux.h>

#include <memory>
#include <new>

#include "styler/base/error.hpp"
#include "styler/image/codec/encoders.hpp"
#include "styler/image/codec/srgb_profile.hpp"

// By libwebp itself: OpenCV knows neither its presets nor `exact` nor sharp colours. 24 MP like a photo, without loss,
// take OpenCV 4.6 17.6 s instead of 1.4 and 790 MB instead of 420, for 8 % less; and what is transparent loses its
// colours.

namespace styler {
namespace {

struct Free {
  void operator()(WebPPicture* picture) const { WebPPictureFree(picture); }
};
struct Clear {
  void operator()(WebPMemoryWriter* writer) const { WebPMemoryWriterClear(writer); }
  void operator()(WebPData* data) const { WebPDataClear(data); }
};
struct Delete {
  void operator()(WebPMux* mux) const { WebPMuxDelete(mux); }
};

WebPConfig configuration(int quality) {
  WebPConfig config;
  STYLER_ASSERT(WebPConfigInit(&config) != 0);
  if (quality == 0) {
    config.lossless = 1;
    config.exact = 1;  // the colour of what is transparent too
    // The fastest: 12 MP of brush strokes take 0.7 s and 21.1 MB; libwebp's default takes 8.6 s for 19.7 MB.
    STYLER_ASSERT(WebPConfigLosslessPreset(&config, 0) != 0);
  } else {
    config.quality = static_cast<float>(quality);
    config.use_sharp_yuv = 1;  // lossy WebP halves the colour's resolution; this keeps edges of strong colour
    config.method = 2;         // with sharp edges 2.6 s for 12 MP; libwebp's default of 4 takes 6.1 s for the same size
  }
  STYLER_ASSERT(WebPValidateConfig(&config) != 0);
  return config;
}

[[noreturn]] void throw_failure(WebPEncodingError error) {
  switch (error) {
    case VP8_ENC_ERROR_OUT_OF_MEMORY:
    case VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY:
    case VP8_ENC_ERROR_BAD_WRITE:  // into memory
      throw std::bad_alloc();
    default:
      throw FormatLimit("WebP cannot hold that many details; a lower --quality, or none, can help");
  }
}

WebPData data_of(const std::string& bytes) { return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}; }

/// The encoded picture in a container with its profile and notes.
std::string with_chunks(const WebPData& bare, const FileNotes& notes) {
  constexpr int kBorrow = 0;  // everything outlives the container
  const std::unique_ptr<WebPMux, Delete> mux(WebPMuxCreate(&bare, kBorrow));
  if (!mux) throw std::bad_alloc();
  const auto add = [&](const char* name, const std::string& bytes) {
    const WebPData data = data_of(bytes);
    if (!bytes.empty() && WebPMuxSetChunk(mux.get(), name, &data, kBorrow) != WEBP_MUX_OK) throw std::bad_alloc();
  };
  add("ICCP", srgb_profile());
  add("EXIF", notes.exif);
  add("XMP ", notes.xmp);
  WebPData whole{};
  const bool assembled = WebPMuxAssemble(mux.get(), &whole) == WEBP_MUX_OK;
  const std::unique_ptr<WebPData, Clear> owner(&whole);
  if (!assembled) throw std::bad_alloc();
  return {reinterpret_cast<const char*>(whole.bytes), whole.size};
}

}  // namespace

std::string encode_webp(Pixels pixels, int quality, const FileNotes& notes) {
  const WebPConfig config = configuration(quality);
  WebPPicture picture;
  STYLER_ASSERT(WebPPictureInit(&picture) != 0);
  const std::unique_ptr<WebPPicture, Free> picture_owner(&picture);
  picture.use_argb = 1;
  picture.width = static_cast<int>(pixels.width);
  picture.height = static_cast<int>(pixels.height);
  const auto import = pixels.channels == 4 ? WebPPictureImportBGRA : WebPPictureImportBGR;
  if (import(&picture, pixels.bytes.data(), static_cast<int>(pixels.row_bytes())) == 0) throw std::bad_alloc();
  pixels = {};
  WebPMemoryWriter writer;
  WebPMemoryWriterInit(&writer);
  const std::unique_ptr<WebPMemoryWriter, Clear> writer_owner(&writer);
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &writer;
  if (WebPEncode(&config, &picture) == 0) throw_failure(picture.error_code);
  return with_chunks({writer.mem, writer.size}, notes);
}

}  // namespace styler
