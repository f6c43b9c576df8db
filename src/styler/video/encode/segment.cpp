#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/options/film_options.hpp"
#include "styler/video/av/av.hpp"
#include "styler/video/encode/encoder.hpp"
#include "styler/video/encode/film_file_output.hpp"
#include "styler/video/film/film_output.hpp"

namespace styler {
namespace {

namespace fs = std::filesystem;

/// Matroska's.
constexpr AVRational kMilliseconds{1, 1000};

class EncodedSegment : public SegmentWriter {
 public:
  EncodedSegment(const fs::path& file, const FilmFormat& format, const FilmWriteOptions& options,
                 const WarningSink& warn)
      : time_base_{format.time_base.numerator, format.time_base.denominator},
        encoder_(format, options),
        output_(file, "matroska"),
        segment_{file, {}} {
    if (format.has_alpha && !encoder_.keeps_alpha() && warn) {
      warn("the film's frames are transparent in places, which " + options.codec +
           " does not keep here; --background shows through");
    }
    AVStream& stream = output_.new_stream();
    stream.time_base = kMilliseconds;
    if (avcodec_parameters_from_context(stream.codecpar, &encoder_.codec()) < 0) {
      throw Error(ErrorCode::Memory, "there is not enough memory to write a film; free some");
    }
    stream.sample_aspect_ratio = {1, 1};
    stream.avg_frame_rate = encoder_.codec().framerate;
    if (encoder_.keeps_alpha() && stream.codecpar->codec_id == AV_CODEC_ID_VP9) {
      av_dict_set(&stream.metadata, "alpha_mode", "1", 0);
    }
    av::Dictionary none;
    output_.begin(none);
  }

  void add(const Picture& picture, int64_t ticks) override {
    STYLER_ASSERT(segment_.ticks.empty() || ticks > segment_.ticks.back());
    segment_.ticks.push_back(ticks);
    const int64_t time = av_rescale_q(ticks - segment_.ticks.front(), time_base_, kMilliseconds);
    // Each a time of its own, by which they are put into their order again.
    milliseconds_.push_back(milliseconds_.empty() ? 0 : std::max(time, milliseconds_.back() + 1));
    encoder_.add(picture, [this](AVPacket& packet) { write(packet); });
  }

  FilmSegment close() override {
    STYLER_ASSERT(!segment_.ticks.empty());
    encoder_.finish([this](AVPacket& packet) { write(packet); });
    if (packets_ != segment_.ticks.size()) {
      throw Error(ErrorCode::Output, "the film cannot be encoded: the encoder made " + std::to_string(packets_) +
                                         " of " + std::to_string(segment_.ticks.size()) +
                                         " frames; try another --codec");
    }
    output_.finish();
    return std::move(segment_);
  }

 private:
  /// The time of a frame by its number; before the first one, as far back as it is asked.
  int64_t time_of(int64_t frame) const {
    if (frame < 0) return frame;
    return milliseconds_[std::min(static_cast<size_t>(frame), milliseconds_.size() - 1)];
  }

  void write(AVPacket& packet) {
    ++packets_;
    packet.stream_index = 0;
    packet.pts = time_of(packet.pts);
    packet.dts = packet.dts == AV_NOPTS_VALUE ? AV_NOPTS_VALUE : std::min(time_of(packet.dts), packet.pts);
    packet.duration = 0;
    output_.write(packet);
  }

  AVRational time_base_;
  FilmEncoder encoder_;
  FilmFileOutput output_;
  FilmSegment segment_;
  std::vector<int64_t> milliseconds_;
  size_t packets_ = 0;
};

}  // namespace

std::unique_ptr<SegmentWriter> open_segment(const fs::path& file, const FilmFormat& format,
                                            const FilmWriteOptions& options, const WarningSink& warn) {
  return std::make_unique<EncodedSegment>(file, format, options, warn);
}

}  // namespace styler
