#include <webp/decode.h>
#include <webp/demux.h>

#include <memory>
#include <new>

#include "styler/image/codec/bytes/picture_bytes.hpp"
#include "styler/image/codec/decoders.hpp"

namespace styler {
namespace {

struct DeleteDemuxer {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};
struct DeleteDecoder {
  void operator()(WebPIDecoder* decoder) const { WebPIDelete(decoder); }
};

/// One frame of a file; it points into the file.
class Frame {
 public:
  Frame(const WebPDemuxer* demuxer, int number) : found_(WebPDemuxGetFrame(demuxer, number, &iterator_) != 0) {}
  ~Frame() {
    if (found_) WebPDemuxReleaseIterator(&iterator_);
  }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;
  explicit operator bool() const { return found_; }
  const WebPIterator* operator->() const { return &iterator_; }

 private:
  WebPIterator iterator_{};
  bool found_;
};

/// Decodes a frame into `target`, RGBA with the frame's size. False when the frame was not decoded to its end.
bool decode_frame(const WebPData& frame, const cv::Mat& target) {
  const size_t stride = target.step;
  const size_t size = stride * static_cast<size_t>(target.rows - 1) + target.elemSize() * target.cols;
  const std::unique_ptr<WebPIDecoder, DeleteDecoder> decoder(
      WebPINewRGB(MODE_RGBA, target.data, size, static_cast<int>(stride)));
  if (!decoder) throw std::bad_alloc();
  const auto status = WebPIAppend(decoder.get(), frame.bytes, frame.size);
  if (status == VP8_STATUS_OUT_OF_MEMORY) throw std::bad_alloc();
  return status == VP8_STATUS_OK;
}

std::string chunk(const WebPDemuxer* demuxer, const char* name) {
  WebPChunkIterator iterator{};
  std::string bytes;
  if (WebPDemuxGetChunk(demuxer, name, 1, &iterator) != 0) {
    bytes.assign(reinterpret_cast<const char*>(iterator.chunk.bytes), iterator.chunk.size);
    WebPDemuxReleaseChunkIterator(&iterator);
  }
  return bytes;
}

/// The size that the frame's own data speak of must be the one that memory was taken for.
bool frame_has_size(const Frame& frame) {
  WebPBitstreamFeatures features{};
  const auto status = WebPGetFeatures(frame->fragment.bytes, frame->fragment.size, &features);
  return status == VP8_STATUS_OK && features.width == frame->width && features.height == frame->height;
}

}  // namespace

DecodedPicture decode_webp(const PictureSource& source) {
  const WebPData file{reinterpret_cast<const uint8_t*>(source.bytes.data()), source.bytes.size()};
  WebPDemuxState state{};
  const std::unique_ptr<WebPDemuxer, DeleteDemuxer> demuxer(WebPDemuxPartial(&file, &state));
  if (!demuxer) source.refuse_as_damaged();
  const uint32_t width = WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_WIDTH);
  const uint32_t height = WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_HEIGHT);
  // RGBA, and what a lossless picture is decoded in; whether there is alpha, its data tell later.
  source.check_size(width, height, 4 + 4 + kAlphaBytes);
  const Frame frame(demuxer.get(), 1);
  if (!frame || frame->width < 1 || frame->height < 1 || !frame_has_size(frame)) source.refuse_as_damaged();
  const cv::Rect canvas(0, 0, static_cast<int>(width), static_cast<int>(height));
  const cv::Rect place(frame->x_offset, frame->y_offset, frame->width, frame->height);
  if ((canvas & place) != place) source.refuse_as_damaged();

  DecodedPicture picture;
  // Transparent where the first frame of an animation leaves the canvas free, or the data end early.
  picture.pixels = cv::Mat::zeros(canvas.size(), CV_8UC4);
  picture.alpha = AlphaKind::Straight;
  const bool whole = decode_frame(frame->fragment, picture.pixels(place));
  if (!whole || state != WEBP_DEMUX_DONE || is_truncated(source.bytes)) source.report_damage(picture);
  if ((WebPDemuxGetI(demuxer.get(), WEBP_FF_FORMAT_FLAGS) & ANIMATION_FLAG) != 0) {
    picture.warnings.emplace_back("is animated; its first frame is used");
  }
  picture.icc = chunk(demuxer.get(), "ICCP");
  return picture;
}

}  // namespace styler
