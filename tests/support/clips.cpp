#include "support/clips.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>

#include "styler/video/av/film_input.hpp"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/mem.h>
}

#ifdef __SANITIZE_ADDRESS__
/// x265 keeps a kilobyte of its own when an encoder is closed. The name is the sanitizer's.
extern "C" const char* __lsan_default_suppressions() { return "leak:libx265"; }  // NOLINT
#endif

namespace support {
namespace {

using styler::av::Codec;
using styler::av::Frame;
using styler::av::Packet;

int need(int code) {
  if (code < 0) throw std::runtime_error("a test's clip can't be made: " + styler::av::reason(code));
  return code;
}

/// The weights of red and blue in light.
std::array<double, 2> weights_of(AVColorSpace matrix) {
  if (matrix == AVCOL_SPC_BT709) return {0.2126, 0.0722};
  if (matrix == AVCOL_SPC_BT2020_NCL) return {0.2627, 0.0593};
  return {0.299, 0.114};
}

/// The samples of one pixel in [0, 1], in the order of the format's components.
std::array<double, 4> samples_of(const Clip& clip, const std::array<double, 4>& rgba) {
  const AVPixFmtDescriptor& format = *av_pix_fmt_desc_get(clip.format);
  if ((format.flags & AV_PIX_FMT_FLAG_RGB) != 0) return rgba;
  const auto [red, blue] = weights_of(clip.matrix);
  const double light = red * rgba[0] + (1 - red - blue) * rgba[1] + blue * rgba[2];
  const double cb = (rgba[2] - light) / (2 * (1 - blue)), cr = (rgba[0] - light) / (2 * (1 - red));
  const int depth = format.comp[0].depth;
  const double unit = std::pow(2.0, depth - 8), most = std::pow(2.0, depth) - 1;
  const bool full = clip.range == AVCOL_RANGE_JPEG;
  const auto level = [&](double value, double low, double span) {
    return full ? value + (low > 16 ? (most + 1) / 2 / most : 0) : (low + span * value) * unit / most;
  };
  return {level(light, 16, 219), level(cb, 128, 224), level(cr, 128, 224), rgba[3]};
}

void paint(const Clip& clip, AVFrame& frame, int number) {
  const AVPixFmtDescriptor& format = *av_pix_fmt_desc_get(clip.format);
  for (int component = 0; component < format.nb_components; ++component) {
    const AVComponentDescriptor& part = format.comp[component];
    const bool halved = component == 1 || component == 2;
    const bool is_rgb = (format.flags & AV_PIX_FMT_FLAG_RGB) != 0;
    const int across = halved && !is_rgb ? format.log2_chroma_w : 0,
              down = halved && !is_rgb ? format.log2_chroma_h : 0;
    const int width = -((-clip.width) >> across), height = -((-clip.height) >> down);
    const double most = std::pow(2.0, part.depth) - 1;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const auto rgba = clip.colour ? clip.colour(number, (x + 0.5) / width, (y + 0.5) / height)
                                      : four_fields(number, (x + 0.5) / width, (y + 0.5) / height);
        const double value = samples_of(clip, rgba)[static_cast<size_t>(component)];
        const auto level = static_cast<unsigned>(std::lround(std::clamp(value, 0.0, 1.0) * most));
        uint8_t* const at = frame.data[part.plane] + y * frame.linesize[part.plane] + x * part.step + part.offset;
        if (part.depth > 8) {
          const auto wide = static_cast<uint16_t>(level);
          std::memcpy(at, &wide, sizeof(wide));
        } else {
          *at = static_cast<uint8_t>(level);
        }
      }
    }
  }
}

Codec opened_encoder(const Clip& clip, const AVOutputFormat& container) {
  const AVCodec* const encoder = avcodec_find_encoder_by_name(clip.codec.c_str());
  if (encoder == nullptr) throw std::runtime_error("there is no encoder " + clip.codec);
  Codec codec(avcodec_alloc_context3(encoder));
  codec->width = clip.width;
  codec->height = clip.height;
  codec->pix_fmt = clip.format;
  codec->time_base = clip.time_base;
  codec->framerate = {25, 1};
  codec->sample_aspect_ratio = clip.pixel_shape;
  codec->gop_size = 5;
  if ((container.flags & AVFMT_GLOBALHEADER) != 0) codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (clip.interlaced) codec->flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
  if (clip.is_tagged) {
    codec->colorspace = clip.matrix;
    codec->color_range = clip.range;
    codec->color_primaries = clip.primaries;
    codec->color_trc = clip.transfer;
  }
  styler::av::Dictionary options;
  if (clip.codec == "libx264") options.set("qp", "0");
  if (clip.codec == "libx265") options.set("x265-params", "log-level=none");
  if (clip.codec == "libvpx-vp9") options.set("lossless", "1");
  if (clip.codec == "libvpx-vp9") options.set("auto-alt-ref", "0");
  if (clip.codec == "mpeg2video" || clip.codec == "mpeg4") codec->flags |= AV_CODEC_FLAG_QSCALE;
  codec->global_quality = FF_QP2LAMBDA;
  need(avcodec_open2(codec.get(), encoder, options.get()));
  return codec;
}

void turn(AVStream& stream, const std::array<int, 4>& turned) {
  constexpr size_t kBytes = 9 * sizeof(int32_t);
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 100)
  uint8_t* const data = av_packet_side_data_new(&stream.codecpar->coded_side_data, &stream.codecpar->nb_coded_side_data,
                                                AV_PKT_DATA_DISPLAYMATRIX, kBytes, 0)
                            ->data;
#else
  uint8_t* const data = av_stream_new_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, kBytes);
#endif
  constexpr int32_t kOne = 1 << 16;
  const std::array<int32_t, 9> matrix{
      turned[0] * kOne, turned[1] * kOne, 0, turned[2] * kOne, turned[3] * kOne, 0, 0, 0, 1 << 30};
  std::memcpy(data, matrix.data(), kBytes);
}

constexpr int kSoundRate = 8000, kSoundPacket = 400;

void add_sound_stream(AVFormatContext& film) {
  AVStream& sound = *avformat_new_stream(&film, nullptr);
  sound.codecpar->codec_type = AVMEDIA_TYPE_AUDIO;
  sound.codecpar->codec_id = AV_CODEC_ID_PCM_S16LE;
  sound.codecpar->format = AV_SAMPLE_FMT_S16;
  sound.codecpar->sample_rate = kSoundRate;
  sound.codecpar->bits_per_coded_sample = 16;
  sound.codecpar->block_align = 2;
  av_channel_layout_default(&sound.codecpar->ch_layout, 1);
  sound.time_base = {1, kSoundRate};
  av_dict_set(&sound.metadata, "language", "ger", 0);
}

void write_sound(AVFormatContext& film, const Clip& clip, double start) {
  AVStream& sound = *film.streams[1];
  for (int packet = 0; packet * kSoundPacket < clip.sound * kSoundRate; ++packet) {
    const Packet bytes = styler::av::new_packet();
    need(av_new_packet(bytes.get(), kSoundPacket * 2));
    for (int i = 0; i < kSoundPacket * 2; ++i) bytes->data[i] = static_cast<uint8_t>(packet * 7 + i);
    bytes->stream_index = 1;
    bytes->pts = bytes->dts = packet * int64_t{kSoundPacket} + std::llround(start * kSoundRate);
    bytes->duration = kSoundPacket;
    bytes->flags = AV_PKT_FLAG_KEY;
    av_packet_rescale_ts(bytes.get(), {1, kSoundRate}, sound.time_base);
    need(av_interleaved_write_frame(&film, bytes.get()));
  }
}

void add_chapters(AVFormatContext& film, const Clip& clip) {
  film.chapters = static_cast<AVChapter**>(av_calloc(clip.chapters.size() + 1, sizeof(AVChapter*)));
  for (const auto& [start, end] : clip.chapters) {
    auto* const chapter = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
    chapter->id = film.nb_chapters + 1;
    chapter->time_base = {1, 1000};
    chapter->start = std::llround(start * 1000);
    chapter->end = std::llround(end * 1000);
    film.chapters[film.nb_chapters++] = chapter;
  }
}

void drain(AVCodecContext& codec, AVFormatContext& film) {
  const Packet packet = styler::av::new_packet();
  while (avcodec_receive_packet(&codec, packet.get()) >= 0) {
    packet->stream_index = 0;
    if (packet->duration == 0) packet->duration = 1;
    av_packet_rescale_ts(packet.get(), codec.time_base, film.streams[0]->time_base);
    need(av_interleaved_write_frame(&film, packet.get()));
  }
}

}  // namespace

std::array<double, 4> four_fields(int frame, double x, double y) {
  const double level = std::min(0.5 + 0.02 * frame, 1.0);
  if (y < 0.5) return x < 0.5 ? std::array{level, 0.1, 0.1, 1.0} : std::array{0.1, level, 0.1, 1.0};
  return x < 0.5 ? std::array{0.1, 0.1, level, 1.0} : std::array{level, level, 0.1, 1.0};
}

void make_clip(const std::filesystem::path& file, const Clip& clip) {
  styler::av::be_quiet();
  AVFormatContext* film = nullptr;
  need(avformat_alloc_output_context2(&film, nullptr, nullptr, file.c_str()));
  need(avio_open(&film->pb, file.c_str(), AVIO_FLAG_WRITE));
  film->flags |= AVFMT_FLAG_BITEXACT;
  const Codec codec = opened_encoder(clip, *film->oformat);
  AVStream& stream = *avformat_new_stream(film, nullptr);
  need(avcodec_parameters_from_context(stream.codecpar, codec.get()));
  stream.time_base = clip.time_base;
  stream.sample_aspect_ratio = clip.pixel_shape;
  if (clip.codec == "libvpx-vp9" && clip.format == AV_PIX_FMT_YUVA420P)
    av_dict_set(&stream.metadata, "alpha_mode", "1", 0);
  if (clip.turn != std::array{1, 0, 0, 1}) turn(stream, clip.turn);
  for (const auto& [key, value] : clip.words) av_dict_set(&film->metadata, key.c_str(), value.c_str(), 0);
  if (clip.sound > 0) add_sound_stream(*film);
  if (!clip.chapters.empty()) add_chapters(*film, clip);
  need(avformat_write_header(film, nullptr));
  const double start = clip.ticks.empty() ? 0 : static_cast<double>(clip.ticks[0]) * av_q2d(clip.time_base);
  if (clip.sound > 0) write_sound(*film, clip, start);
  const Frame frame = styler::av::new_frame();
  frame->format = clip.format;
  frame->width = clip.width;
  frame->height = clip.height;
  need(av_frame_get_buffer(frame.get(), 0));
  for (int number = 0; number < clip.frames; ++number) {
    need(av_frame_make_writable(frame.get()));
    paint(clip, *frame, number);
    frame->pts = clip.ticks.empty() ? number : clip.ticks[static_cast<size_t>(number)];
    if (clip.interlaced) {
#ifdef AV_FRAME_FLAG_INTERLACED
      frame->flags |= AV_FRAME_FLAG_INTERLACED;
#else
      frame->interlaced_frame = 1;
#endif
    }
    frame->quality = FF_QP2LAMBDA;
    if (clip.is_tagged) {
      frame->colorspace = clip.matrix;
      frame->color_range = clip.range;
      frame->color_primaries = clip.primaries;
      frame->color_trc = clip.transfer;
    }
    need(avcodec_send_frame(codec.get(), frame.get()));
    drain(*codec, *film);
  }
  need(avcodec_send_frame(codec.get(), nullptr));
  drain(*codec, *film);
  need(av_write_trailer(film));
  avio_closep(&film->pb);
  avformat_free_context(film);
}

std::array<double, 3> colour_at(const at::Tensor& picture, double x, double y) {
  const int64_t column = std::llround(x * static_cast<double>(picture.size(3)));
  const int64_t row = std::llround(y * static_cast<double>(picture.size(2)));
  const at::Tensor around =
      picture.slice(2, row - 1, row + 2).slice(3, column - 1, column + 2).mean(at::IntArrayRef{2, 3});
  return {around[0][0].item<double>(), around[0][1].item<double>(), around[0][2].item<double>()};
}

bool is_near(const std::array<double, 3>& a, const std::array<double, 3>& b, double most) {
  for (size_t i = 0; i < 3; ++i) {
    if (!(std::abs(a[i] - b[i]) <= most)) return false;
  }
  return true;
}

std::vector<Packets> packets_of(const std::filesystem::path& film) {
  const styler::FilmInput input = styler::open_film_input(film);
  std::vector<Packets> streams(input.container->nb_streams);
  for (unsigned i = 0; i < input.container->nb_streams; ++i) {
    streams[i].kind = input.container->streams[i]->codecpar->codec_type;
    streams[i].codec = input.container->streams[i]->codecpar->codec_id;
  }
  const Packet packet = styler::av::new_packet();
  while (av_read_frame(input.container.get(), packet.get()) >= 0) {
    Packets& stream = streams[static_cast<size_t>(packet->stream_index)];
    const double tick = av_q2d(input.container->streams[packet->stream_index]->time_base);
    stream.pts.push_back(static_cast<double>(packet->pts) * tick);
    stream.dts.push_back(static_cast<double>(packet->dts) * tick);
    stream.bytes.emplace_back(packet->data, packet->data + packet->size);
    av_packet_unref(packet.get());
  }
  return streams;
}

std::string word_of(const std::filesystem::path& film, const std::string& key) {
  const styler::FilmInput input = styler::open_film_input(film);
  const AVDictionaryEntry* const entry = av_dict_get(input.container->metadata, key.c_str(), nullptr, 0);
  return entry == nullptr ? std::string() : std::string(entry->value);
}

std::vector<std::pair<double, double>> chapters_of(const std::filesystem::path& film) {
  const styler::FilmInput input = styler::open_film_input(film);
  std::vector<std::pair<double, double>> chapters;
  for (unsigned i = 0; i < input.container->nb_chapters; ++i) {
    const AVChapter& chapter = *input.container->chapters[i];
    const double tick = av_q2d(chapter.time_base);
    chapters.emplace_back(static_cast<double>(chapter.start) * tick, static_cast<double>(chapter.end) * tick);
  }
  return chapters;
}

}  // namespace support
