#include "styler/video/decode/decoder.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/video/av/av.hpp"
#include "styler/video/av/film_input.hpp"

extern "C" {
#include <libavutil/dict.h>
}

namespace styler {
namespace {

namespace fs = std::filesystem;

/// Painting takes the rest of the machine, and each further one holds a frame.
constexpr int kDecoderThreads = 2;

/// So many errors in a row, where all packets are decoded, are the end.
constexpr int kMostErrorsAtEnd = 64;

/// FFmpeg's own decoders of VP8 and VP9 leave out alpha.
const AVCodec* decoder_of(const AVStream& stream) {
  const AVDictionaryEntry* const alpha = av_dict_get(stream.metadata, "alpha_mode", nullptr, 0);
  const AVCodec* decoder = nullptr;
  if (alpha != nullptr && std::string(alpha->value) == "1") {
    if (stream.codecpar->codec_id == AV_CODEC_ID_VP8) decoder = avcodec_find_decoder_by_name("libvpx");
    if (stream.codecpar->codec_id == AV_CODEC_ID_VP9) decoder = avcodec_find_decoder_by_name("libvpx-vp9");
  }
  return decoder != nullptr ? decoder : avcodec_find_decoder(stream.codecpar->codec_id);
}

av::Codec opened_decoder(const fs::path& film, const AVStream& stream, int64_t max_pixels) {
  const AVCodec* const decoder = decoder_of(stream);
  if (decoder == nullptr) {
    refuse_film(film, std::string("is coded in ") + avcodec_get_name(stream.codecpar->codec_id) +
                          ", which the FFmpeg at hand can't decode; convert it to H.264");
  }
  av::Codec codec(avcodec_alloc_context3(decoder));
  if (codec == nullptr) throw Error(ErrorCode::Memory, "there is not enough memory to read a film; free some");
  int code = avcodec_parameters_to_context(codec.get(), stream.codecpar);
  codec->pkt_timebase = stream.time_base;
  codec->max_pixels = max_pixels;
  codec->thread_count = kDecoderThreads;
  if (code >= 0) code = avcodec_open2(codec.get(), decoder, nullptr);
  if (code < 0) refuse_film(film, "cannot be decoded (" + av::reason(code) + "); convert it to H.264");
  return codec;
}

/// What a damaged film says can be a number that its type has no value for, and may not be looked at as one.
template <typename Enum>
Enum known(const Enum& value, Enum count, Enum unspecified) {
  static_assert(sizeof(Enum) == sizeof(int));
  int number = 0;
  std::memcpy(&number, &value, sizeof(number));
  return number >= 0 && number < static_cast<int>(count) ? static_cast<Enum>(number) : unspecified;
}

/// What the frame says, or the container where it says nothing.
template <typename Enum>
Enum told_or(const Enum& frame, const Enum& container, Enum count, Enum unspecified) {
  const Enum own = known(frame, count, unspecified);
  return own != unspecified ? own : known(container, count, unspecified);
}

}  // namespace

void FilmNotes::tell(const std::string& kind, const std::string& sentence) {
  if (warn_ && told_.insert(kind).second) warn_("film " + quoted(film_) + " " + sentence);
}

FilmDecoder::FilmDecoder(const fs::path& film, int64_t max_pixels, FilmNotes& notes)
    : film_(film),
      notes_(notes),
      input_(open_film_input(film)),
      packet_(av::new_packet()),
      frame_(av::new_frame()),
      max_pixels_(max_pixels) {
  prepare();
}

void FilmDecoder::prepare() {
  const AVCodecParameters& coding = *input_.picture->codecpar;
  if (int64_t{coding.width} * coding.height > max_pixels_) {
    refuse_film(film_, "has frames of " + size_text({coding.height, coding.width}) + " pixels, which is more than " +
                           pixel_count_text(max_pixels_) + "; make it smaller");
  }
  for (unsigned i = 0; i < input_.container->nb_streams; ++i) {
    AVStream* const stream = input_.container->streams[i];
    if (stream != input_.picture) stream->discard = AVDISCARD_ALL;
  }
  codec_ = opened_decoder(film_, *input_.picture, max_pixels_);
  has_time_ = false;
  is_drained_ = false;
}

void FilmDecoder::rewind() {
  input_ = open_film_input(film_);
  prepare();
}

double FilmDecoder::frame_rate() const {
  const AVRational average = input_.picture->avg_frame_rate;
  if (average.num > 0 && average.den > 0) return av_q2d(average);
  const AVRational regular = input_.picture->r_frame_rate;
  return regular.num > 0 && regular.den > 0 ? av_q2d(regular) : 0;
}

bool FilmDecoder::seek(double seconds) {
  const double ticks = std::clamp(seconds / av_q2d(time_base()), -9e18, 9e18);
  if (av_seek_frame(input_.container.get(), input_.picture->index, static_cast<int64_t>(ticks), AVSEEK_FLAG_BACKWARD) <
      0) {
    rewind();  // not all containers stand where they stood after that
    return false;
  }
  avcodec_flush_buffers(codec_.get());
  has_time_ = false;
  is_drained_ = false;
  return true;
}

/// Gives the decoder the picture's next packet, or tells it that there are no more. False when it knows that already.
bool FilmDecoder::feed() {
  if (is_drained_) return false;
  int code = 0;
  do {
    av_packet_unref(packet_.get());
    code = av_read_frame(input_.container.get(), packet_.get());
  } while (code >= 0 && packet_->stream_index != input_.picture->index);
  if (code < 0) {
    if (code != AVERROR_EOF) {
      notes_.tell("damage", "is damaged from some place on (" + av::reason(code) + "); what comes behind is left out");
    }
    is_drained_ = true;
    return avcodec_send_packet(codec_.get(), nullptr) >= 0;
  }
  const bool is_broken = (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0;
  code = avcodec_send_packet(codec_.get(), packet_.get());
  av_packet_unref(packet_.get());
  if (code == AVERROR(ENOMEM))
    throw Error(ErrorCode::Memory, "there is not enough memory to decode film " + quoted(film_));
  if (is_broken || code < 0) {
    notes_.tell("damage", "is damaged in places; its frames come as far as they can be decoded");
  }
  return true;
}

/// What the container says of colours counts where the frames say nothing.
void FilmDecoder::set_colours() {
  const AVCodecParameters& told = *input_.picture->codecpar;
  frame_->colorspace = told_or(frame_->colorspace, told.color_space, AVCOL_SPC_NB, AVCOL_SPC_UNSPECIFIED);
  frame_->color_range = told_or(frame_->color_range, told.color_range, AVCOL_RANGE_NB, AVCOL_RANGE_UNSPECIFIED);
  frame_->color_primaries = told_or(frame_->color_primaries, told.color_primaries, AVCOL_PRI_NB, AVCOL_PRI_UNSPECIFIED);
  frame_->color_trc = told_or(frame_->color_trc, told.color_trc, AVCOL_TRC_NB, AVCOL_TRC_UNSPECIFIED);
  frame_->chroma_location =
      told_or(frame_->chroma_location, told.chroma_location, AVCHROMA_LOC_NB, AVCHROMA_LOC_UNSPECIFIED);
}

void FilmDecoder::set_time() {
  const int64_t told = frame_->best_effort_timestamp;
  const double rate = frame_rate();
  const double usual = rate > 0 ? 1 / (rate * av_q2d(time_base())) : 1;
  const int64_t step = std::max<int64_t>(1, std::llround(std::clamp(usual, 1.0, 1e15)));
  if (!has_time_) {
    ticks_ = told != AV_NOPTS_VALUE ? told : 0;
  } else if (told == AV_NOPTS_VALUE) {
    ticks_ += step;
  } else if (told <= ticks_) {
    notes_.tell("time", "has frames whose times do not grow; they are shown one after the other");
    ticks_ += step;
  } else {
    ticks_ = told;
  }
  has_time_ = true;
}

const AVFrame* FilmDecoder::next() {
  int errors_at_end = 0;
  while (true) {
    const int code = avcodec_receive_frame(codec_.get(), frame_.get());
    if (code >= 0) {
      if ((frame_->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame_->decode_error_flags != 0) {
        notes_.tell("damage", "is damaged in places; its frames come as far as they can be decoded");
      }
      set_time();
      set_colours();
      return frame_.get();
    }
    if (code == AVERROR_EOF) return nullptr;
    if (code == AVERROR(ENOMEM)) {
      throw Error(ErrorCode::Memory, "there is not enough memory to decode film " + quoted(film_));
    }
    if (code != AVERROR(EAGAIN)) {
      notes_.tell("damage", "is damaged in places; its frames come as far as they can be decoded");
      // There may be frames behind it that were decoded before and wait to be shown.
      if (is_drained_ && ++errors_at_end < kMostErrorsAtEnd) continue;
    }
    if (!feed()) return nullptr;
  }
}

}  // namespace styler
