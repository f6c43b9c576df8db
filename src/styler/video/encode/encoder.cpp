#include "styler/video/encode/encoder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/words.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/options/film_options.hpp"
#include "styler/video/av/av.hpp"
#include "styler/video/encode/frame_from_picture.hpp"
#include "styler/video/film/film_output.hpp"

extern "C" {
#include <libavutil/opt.h>
}

namespace styler {
namespace {

/// What is known of an encoder beforehand.
struct KnownCodec {
  std::string_view encoder;  ///< As FFmpeg calls it.
  std::string_view codec;    ///< As people do.
  AVPixelFormat format, with_alpha;
  double crf;  ///< Below 0: it has none.
  /// `key=value`, with spaces between.
  std::string_view options;
};

/// Qualities at which the grain of paint is still there: CRF 17 of H.264 is what Deforum writes with, and the others'
/// are as near to it as their scales go. Presets that are no slower than painting.
constexpr std::array<KnownCodec, 6> kCodecs{{
    // With its macroblock tree x264 (164 at least) reads memory that nothing was written to, so that the same frames
    // become other bytes in each run, and a film that was gone on with is not the one that was not interrupted.
    {"libx264", "h264", AV_PIX_FMT_YUV420P, AV_PIX_FMT_NONE, 17, "mbtree=0"},
    {"libx265", "hevc", AV_PIX_FMT_YUV420P, AV_PIX_FMT_NONE, 19, "x265-params=log-level=none"},
    {"libsvtav1", "av1", AV_PIX_FMT_YUV420P, AV_PIX_FMT_NONE, 24, "preset=6"},
    {"libvpx-vp9", "vp9", AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVA420P, 22, "b=0 cpu-used=4 row-mt=1"},
    {"prores_ks", "prores", AV_PIX_FMT_YUV422P10, AV_PIX_FMT_YUVA444P10, -1, "vendor=apl0"},
    {"ffv1", "ffv1", AV_PIX_FMT_0RGB32, AV_PIX_FMT_RGB32, -1, "level=3 g=1"},
}};

/// Of any machine: what is encoded depends on it.
constexpr int kEncoderThreads = 4;

constexpr double kLeastRate = 1, kMostRate = 240;

struct ChosenCodec {
  const AVCodec* codec;
  const KnownCodec* known;  ///< nullptr: only FFmpeg knows it.
};

ChosenCodec chosen_codec(const std::string& word) {
  for (const KnownCodec& known : kCodecs) {
    if (word != known.encoder && word != known.codec) continue;
    if (const AVCodec* const codec = avcodec_find_encoder_by_name(std::string(known.encoder).c_str())) {
      return {codec, &known};
    }
    reject("--codec " + word + " is not among those that the FFmpeg at hand encodes; use " +
           enumeration(film_codecs()));
  }
  const AVCodec* const codec = avcodec_find_encoder_by_name(word.c_str());
  if (codec == nullptr || codec->type != AVMEDIA_TYPE_VIDEO) {
    reject("--codec is '" + word + "' but must be " + enumeration(film_codecs()) +
           ", or another name of FFmpeg's for an encoder" + did_you_mean(word, film_codecs()));
  }
  return {codec, nullptr};
}

bool takes(const AVCodec& codec, AVPixelFormat format) {
  const AVPixelFormat* formats = av::pixel_formats(codec);
  if (formats == nullptr) return true;
  for (; *formats != AV_PIX_FMT_NONE; ++formats) {
    if (*formats == format) return true;
  }
  return false;
}

std::string formats_text(const AVCodec& codec) {
  std::vector<std::string> words;
  for (const AVPixelFormat* format = av::pixel_formats(codec); format != nullptr && *format != AV_PIX_FMT_NONE;
       ++format) {
    words.emplace_back(av_get_pix_fmt_name(*format));
  }
  return enumeration(words);
}

AVPixelFormat chosen_format(const ChosenCodec& chosen, const std::string& word, bool has_alpha) {
  const AVCodec& codec = *chosen.codec;
  if (!word.empty()) {
    const AVPixelFormat format = av_get_pix_fmt(word.c_str());
    if (format == AV_PIX_FMT_NONE || !takes(codec, format)) {
      reject("--pixel-format is '" + word + "' but " + codec.name + " takes " + formats_text(codec) + "; leave it out");
    }
    return format;
  }
  if (chosen.known != nullptr) {
    if (has_alpha && takes(codec, chosen.known->with_alpha)) return chosen.known->with_alpha;
    if (takes(codec, chosen.known->format)) return chosen.known->format;
  }
  for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_RGB24}) {
    if (takes(codec, format)) return format;
  }
  const AVPixelFormat* const formats = av::pixel_formats(codec);
  return formats != nullptr ? formats[0] : AV_PIX_FMT_YUV420P;
}

std::string key_of(std::string_view option) { return std::string(option.substr(0, option.find('='))); }
std::string value_of(std::string_view option) { return std::string(option.substr(option.find('=') + 1)); }

/// Parts that are written in one of the user's options go behind ours.
void set_options(av::Dictionary& dictionary, const ChosenCodec& chosen, bool has_alpha,
                 const FilmWriteOptions& options) {
  std::string own_parameters;
  if (chosen.known != nullptr) {
    for (const std::string_view option : parts_of(chosen.known->options, ' ')) {
      if (!option.empty()) dictionary.set(key_of(option), value_of(option));
      if (key_of(option) == "x265-params") own_parameters = value_of(option) + ":";
    }
    if (chosen.known->encoder == "libvpx-vp9" && has_alpha) dictionary.set("auto-alt-ref", "0");  // it can't have both
    if (chosen.known->crf >= 0) dictionary.set("crf", number_text(options.crf.value_or(chosen.known->crf)));
  }
  if (options.crf && (chosen.known == nullptr || chosen.known->crf < 0)) {
    if (chosen.known != nullptr) {
      reject("--crf says nothing to " + std::string(chosen.known->encoder) +
             ", which has no such quality; leave it out");
    }
    dictionary.set("crf", number_text(*options.crf));
  }
  for (const std::string& option : options.encoder_options) {
    const bool goes_on = key_of(option) == "x265-params";
    dictionary.set(key_of(option), (goes_on ? own_parameters : "") + value_of(option));
  }
}

av::Codec opened(const FilmFormat& format, const FilmWriteOptions& options) {
  av::be_quiet();
  options.validate();
  const ChosenCodec chosen = chosen_codec(options.codec);
  const AVPixelFormat pixels = chosen_format(chosen, options.pixel_format, format.has_alpha);
  const AVPixFmtDescriptor& description = *av_pix_fmt_desc_get(pixels);
  av::Codec codec(avcodec_alloc_context3(chosen.codec));
  if (codec == nullptr) throw Error(ErrorCode::Memory, "there is not enough memory to encode a film; free some");
  const Size size = coded_size(format.size, pixels);
  codec->width = static_cast<int>(size.width);
  codec->height = static_cast<int>(size.height);
  codec->pix_fmt = pixels;
  const double rate = format.frame_rate > 0 ? std::clamp(format.frame_rate, kLeastRate, kMostRate) : 25;
  codec->framerate = av_d2q(rate, 1001 * 1000);
  codec->time_base = av_inv_q(codec->framerate);
  codec->sample_aspect_ratio = {1, 1};
  codec->color_range = is_rgb(pixels) ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  codec->colorspace = is_rgb(pixels) ? AVCOL_SPC_RGB : AVCOL_SPC_BT709;
  codec->color_primaries = AVCOL_PRI_BT709;
  codec->color_trc = is_rgb(pixels) ? AVCOL_TRC_IEC61966_2_1 : AVCOL_TRC_BT709;
  if (!is_rgb(pixels)) codec->chroma_sample_location = AVCHROMA_LOC_LEFT;
  codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
  codec->thread_count = kEncoderThreads;
  if (std::string_view(chosen.codec->name) == "libsvtav1")
    ::setenv("SVT_LOG", "0", /*overwrite=*/0);  // it prints itself
  av::Dictionary dictionary;
  set_options(dictionary, chosen, (description.flags & AV_PIX_FMT_FLAG_ALPHA) != 0, options);
  if (const int code = avcodec_open2(codec.get(), chosen.codec, dictionary.get()); code < 0) {
    reject("--codec " + options.codec + " refuses frames of " + size_text(size) + " pixels with these options (" +
           av::reason(code) + "); change --crf, --pixel-format or the encoder's own options");
  }
  if (const std::string unknown = dictionary.first_key(); !unknown.empty()) {
    reject("the encoder's option '" + unknown + "' is not one that " + chosen.codec->name +
           " knows; `ffmpeg -h encoder=" + chosen.codec->name + "` lists them");
  }
  return codec;
}

[[noreturn]] void throw_not_encoded(const std::string& reason) {
  throw Error(ErrorCode::Output, "the film cannot be encoded (" + reason + "); try another --codec");
}

}  // namespace

FilmEncoder::FilmEncoder(const FilmFormat& format, const FilmWriteOptions& options)
    : codec_(opened(format, options)),
      maker_(format.size, codec_->pix_fmt, options.background),
      packet_(av::new_packet()) {}

FilmEncoder::~FilmEncoder() {
  // SVT-AV1 1.4 waits for ever when it is closed before it was told of an end, or had no frame.
  if (is_finished_ || std::string_view(codec_->codec->name) != "libsvtav1") return;
  if (frames_ == 0) static_cast<void>(avcodec_send_frame(codec_.get(), maker_.empty_frame()));
  static_cast<void>(avcodec_send_frame(codec_.get(), nullptr));
  while (avcodec_receive_packet(codec_.get(), packet_.get()) >= 0) av_packet_unref(packet_.get());
}

bool FilmEncoder::keeps_alpha() const {
  return (av_pix_fmt_desc_get(codec_->pix_fmt)->flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
}

void FilmEncoder::add(const Picture& picture, const PacketSink& sink) {
  AVFrame* const frame = maker_.frame(picture);
  frame->pts = frames_++;
  if (const int code = avcodec_send_frame(codec_.get(), frame); code < 0) throw_not_encoded(av::reason(code));
  drain(sink);
}

void FilmEncoder::finish(const PacketSink& sink) {
  is_finished_ = true;
  if (const int code = avcodec_send_frame(codec_.get(), nullptr); code < 0) throw_not_encoded(av::reason(code));
  drain(sink);
}

void FilmEncoder::drain(const PacketSink& sink) {
  while (true) {
    const int code = avcodec_receive_packet(codec_.get(), packet_.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
    if (code < 0) throw_not_encoded(av::reason(code));
    sink(*packet_);
    av_packet_unref(packet_.get());
  }
}

std::vector<std::string> film_codecs() {
  std::vector<std::string> words;
  for (const KnownCodec& known : kCodecs) {
    if (avcodec_find_encoder_by_name(std::string(known.encoder).c_str()) != nullptr) words.emplace_back(known.encoder);
  }
  return words;
}

}  // namespace styler
