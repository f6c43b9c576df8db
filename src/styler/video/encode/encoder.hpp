#pragma once

#include <cstdint>
#include <functional>

#include "styler/core/picture/picture.hpp"
#include "styler/options/film_options.hpp"
#include "styler/video/av/av.hpp"
#include "styler/video/encode/frame_from_picture.hpp"
#include "styler/video/film/film_output.hpp"

namespace styler {

/// An encoder that is ready for frames. It counts them instead of looking at clocks, and has a number of threads that
/// doesn't depend on the machine, so that the same pictures give the same bytes wherever and whenever.
class FilmEncoder {
 public:
  /// \throws Error{InvalidArgument} for a codec, a format or an option that is not known, or that doesn't go with the
  /// rest.
  FilmEncoder(const FilmFormat& format, const FilmWriteOptions& options);

  FilmEncoder(const FilmEncoder&) = delete;
  FilmEncoder& operator=(const FilmEncoder&) = delete;
  ~FilmEncoder();

  /// Takes what the encoder gives: its `pts` and `dts` count frames.
  using PacketSink = std::function<void(AVPacket&)>;
  /// \throws Error{Output} when the encoder fails; also what the sink throws.
  void add(const Picture& picture, const PacketSink& sink);
  /// Behind the last picture.
  void finish(const PacketSink& sink);

  const AVCodecContext& codec() const { return *codec_; }
  bool keeps_alpha() const;

 private:
  void drain(const PacketSink& sink);

  av::Codec codec_;
  FrameMaker maker_;
  av::Packet packet_;
  int64_t frames_ = 0;
  bool is_finished_ = false;
};

}  // namespace styler
