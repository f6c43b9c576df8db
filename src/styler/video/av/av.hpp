#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <array>
#include <cstdint>
#include <memory>
#include <string>

/// What FFmpeg's libraries hand out, owned; and what is called otherwise in one of their versions than in another. From
/// 5.1 (Debian 12) on.
namespace styler::av {

struct Closes {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(SwsContext* context) const { sws_freeContext(context); }
};
using Input = std::unique_ptr<AVFormatContext, Closes>;
using Codec = std::unique_ptr<AVCodecContext, Closes>;
using Frame = std::unique_ptr<AVFrame, Closes>;
using Packet = std::unique_ptr<AVPacket, Closes>;
using Scaler = std::unique_ptr<SwsContext, Closes>;

/// The planes of AV_PIX_FMT_GBRAPF32 that hold red, green, blue and alpha.
inline constexpr std::array<int, 4> kPlanes{2, 0, 1, 3};

/// A quality at which half resolved colours are interpolated, and nothing is rounded to eight bits on the way.
inline constexpr int kScalerFlags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;

/// Key and value pairs, as the libraries take and give back options.
class Dictionary {
 public:
  Dictionary() = default;
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  ~Dictionary() { av_dict_free(&entries_); }
  void set(const std::string& key, const std::string& value);
  AVDictionary** get() { return &entries_; }
  /// The first key that is in it; empty: there is none.
  std::string first_key() const;

 private:
  AVDictionary* entries_ = nullptr;
};

/// \throws Error{Memory}
Frame new_frame();
Packet new_packet();

/// `Invalid data found when processing input`
std::string reason(int code);

/// Has the libraries keep quiet, which else write to stderr what they think of a file. To be called before anything
/// else.
void be_quiet();

/// The 3×3 display matrix of a stream; nullptr: it has none.
const int32_t* display_matrix(const AVStream& stream);
bool is_interlaced(const AVFrame& frame);
/// The formats that an encoder takes, up to AV_PIX_FMT_NONE; nullptr: it doesn't say.
const AVPixelFormat* pixel_formats(const AVCodec& encoder);

}  // namespace styler::av
