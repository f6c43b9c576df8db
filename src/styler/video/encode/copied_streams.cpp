#include "styler/video/encode/copied_streams.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>

#include "styler/base/error.hpp"
#include "styler/base/text/lower_case.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/video/av/av.hpp"
#include "styler/video/av/film_input.hpp"
#include "styler/video/encode/film_file_output.hpp"

extern "C" {
#include <libavutil/dict.h>
#include <libavutil/mathematics.h>
#include <libavutil/mem.h>
}

namespace styler {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_no_memory() {
  throw Error(ErrorCode::Memory, "there is not enough memory to write a film; free some");
}

bool is_matroska(const AVOutputFormat& container) { return std::string_view(container.name) == "matroska"; }

bool is_quicktime(const AVOutputFormat& container) {
  return std::string_view(container.name) == "mp4" || std::string_view(container.name) == "mov";
}

bool holds(const AVOutputFormat& container, const AVStream& stream) {
  const AVCodecParameters& coding = *stream.codecpar;
  if (coding.codec_type == AVMEDIA_TYPE_ATTACHMENT) return is_matroska(container) && coding.extradata_size > 0;
  if (coding.codec_type == AVMEDIA_TYPE_VIDEO) {
    return is_cover(stream) && (is_matroska(container) || is_quicktime(container));
  }
  if (coding.codec_type != AVMEDIA_TYPE_AUDIO && coding.codec_type != AVMEDIA_TYPE_SUBTITLE) return false;
  return avformat_query_codec(&container, coding.codec_id, FF_COMPLIANCE_EXPERIMENTAL) == 1;
}

/// What no longer holds of a film that is encoded anew, or is the new container's own to say.
bool is_outdated(std::string_view key) {
  constexpr std::array<std::string_view, 12> kKeys{"encoder",           "rotate",        "alpha_mode",   "vendor_id",
                                                   "major_brand",       "minor_version", "handler_name", "DURATION",
                                                   "compatible_brands", "BPS",           "timecode",     "duration"};
  constexpr std::array<std::string_view, 4> kBeginnings{"_STATISTICS", "NUMBER_OF_", "BPS-", "DURATION-"};
  return std::ranges::find(kKeys, key) != kKeys.end() ||
         std::ranges::any_of(kBeginnings, [key](std::string_view start) { return key.starts_with(start); });
}

bool tells_place(std::string_view key) {
  const std::string small = lower_case(std::string(key));
  return small.find("location") != std::string::npos || small.find("gps") != std::string::npos ||
         small.find("geo") != std::string::npos;
}

void copy_words(AVDictionary** to, const AVDictionary* from, bool keep_gps) {
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(from, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    if (is_outdated(entry->key) || (!keep_gps && tells_place(entry->key))) continue;
    if (av_dict_set(to, entry->key, entry->value, 0) < 0) throw_no_memory();
  }
}

/// A cover in Matroska is a file that is attached.
void attach_cover(AVStream& to, const AVStream& from) {
  const bool is_png = from.codecpar->codec_id == AV_CODEC_ID_PNG;
  const AVPacket& cover = from.attached_pic;
  to.codecpar->codec_type = AVMEDIA_TYPE_ATTACHMENT;
  to.codecpar->codec_id = from.codecpar->codec_id;
  to.codecpar->extradata =
      static_cast<uint8_t*>(av_mallocz(static_cast<size_t>(cover.size) + AV_INPUT_BUFFER_PADDING_SIZE));
  if (to.codecpar->extradata == nullptr) throw_no_memory();
  to.codecpar->extradata_size = cover.size;
  std::memcpy(to.codecpar->extradata, cover.data, static_cast<size_t>(cover.size));
  av_dict_set(&to.metadata, "filename", is_png ? "cover.png" : "cover.jpg", 0);
  av_dict_set(&to.metadata, "mimetype", is_png ? "image/png" : "image/jpeg", 0);
}

}  // namespace

CopiedStreams::CopiedStreams(const fs::path& source, const AVOutputFormat& container, bool with_sound,
                             const WarningSink& warn)
    : input_(open_film_input(source)), packet_(av::new_packet()) {
  for (unsigned i = 0; i < input_.container->nb_streams; ++i) {
    AVStream* const stream = input_.container->streams[i];
    const bool is_unwanted = stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO && !with_sound;
    if (stream != input_.picture && !is_unwanted && holds(container, *stream)) {
      copied_.push_back({static_cast<int>(i)});
      continue;
    }
    stream->discard = AVDISCARD_ALL;
    if (stream == input_.picture || is_unwanted || !warn) continue;
    warn("of film " + quoted(source) + ", " + stream_text(*stream) + " is left out, which " +
         std::string(container.long_name) + " can't hold here" +
         (is_matroska(container) ? "" : "; an .mkv holds most"));
  }
}

void CopiedStreams::add_to(FilmFileOutput& output, const FilmCut& cut, bool keep_gps) {
  cut_ = cut;
  AVFormatContext& film = output.context();
  copy_words(&film.metadata, input_.container->metadata, keep_gps);
  copy_words(&film.streams[0]->metadata, input_.picture->metadata, keep_gps);
  film.streams[0]->disposition = input_.picture->disposition;
  add_chapters(film);
  for (Copied& copied : copied_) add_stream(output, copied, keep_gps);
  if (!cut.from_start) {
    // Best effort: what lies before the cut is left out by its times.
    av_seek_frame(input_.container.get(), -1, av_rescale_q(cut.begin, cut.time_base, {1, AV_TIME_BASE}),
                  AVSEEK_FLAG_BACKWARD);
  }
  read_next();
}

void CopiedStreams::add_stream(FilmFileOutput& output, Copied& copied, bool keep_gps) {
  const AVStream& from = *input_.container->streams[copied.from];
  AVStream& to = output.new_stream();
  copy_words(&to.metadata, from.metadata, keep_gps);
  to.disposition = from.disposition;
  if (is_cover(from) && is_matroska(*output.context().oformat)) {
    attach_cover(to, from);
    copied.is_over = true;
  } else {
    if (avcodec_parameters_copy(to.codecpar, from.codecpar) < 0) throw_no_memory();
    to.codecpar->codec_tag = 0;  // the new container has its own
    to.time_base = from.time_base;
    copied.is_over = from.codecpar->codec_type == AVMEDIA_TYPE_ATTACHMENT;
  }
  copied.to = to.index;
}

void CopiedStreams::add_chapters(AVFormatContext& output) const {
  for (unsigned i = 0; i < input_.container->nb_chapters; ++i) {
    const AVChapter& from = *input_.container->chapters[i];
    const int64_t moved = av_rescale_q(cut_.begin, cut_.time_base, from.time_base);
    int64_t start = from.start - moved, end = from.end - moved;
    if (!cut_.from_start) start = std::max<int64_t>(start, 0);
    if (cut_.end > 0) end = std::min(end, static_cast<int64_t>(cut_.end / av_q2d(from.time_base)));
    if (end <= start && !(end == start && from.start == from.end)) continue;
    auto** const chapters = static_cast<AVChapter**>(
        av_realloc_array(static_cast<void*>(output.chapters), output.nb_chapters + 1, sizeof(AVChapter*)));
    if (chapters == nullptr) throw_no_memory();
    output.chapters = chapters;
    auto* const chapter = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
    if (chapter == nullptr) throw_no_memory();
    chapter->id = from.id;
    chapter->time_base = from.time_base;
    chapter->start = start;
    chapter->end = end;
    av_dict_copy(&chapter->metadata, from.metadata, 0);
    chapters[output.nb_chapters++] = chapter;
  }
}

bool CopiedStreams::settle(Copied& copied) {
  const AVStream& stream = *input_.container->streams[copied.from];
  if (is_cover(stream)) {
    packet_->pts = packet_->dts = 0;
    next_time_ = -1;
    return true;
  }
  if (packet_->dts == AV_NOPTS_VALUE) packet_->dts = packet_->pts != AV_NOPTS_VALUE ? packet_->pts : copied.next_ticks;
  if (packet_->pts == AV_NOPTS_VALUE) packet_->pts = packet_->dts;
  copied.next_ticks = packet_->dts + std::max<int64_t>(packet_->duration, 0);
  const int64_t moved = av_rescale_q(cut_.begin, cut_.time_base, stream.time_base);
  packet_->pts -= moved;
  packet_->dts -= moved;
  const double seconds = static_cast<double>(packet_->pts) * av_q2d(stream.time_base);
  if (cut_.end > 0 && seconds >= cut_.end) {
    copied.is_over = true;
    return false;
  }
  next_time_ = static_cast<double>(packet_->dts) * av_q2d(stream.time_base);
  return cut_.from_start || packet_->pts >= 0;
}

void CopiedStreams::read_next() {
  const auto is_over = [](const Copied& copied) { return copied.is_over; };
  while (!std::ranges::all_of(copied_, is_over)) {
    av_packet_unref(packet_.get());
    if (av_read_frame(input_.container.get(), packet_.get()) < 0) break;
    const auto copied = std::ranges::find(copied_, packet_->stream_index, &Copied::from);
    if (copied == copied_.end() || copied->is_over || !settle(*copied)) continue;
    packet_->stream_index = copied->to;
    return;
  }
  next_time_ = std::numeric_limits<double>::infinity();
}

void CopiedStreams::write_next(FilmFileOutput& output) {
  const auto copied = std::ranges::find(copied_, packet_->stream_index, &Copied::to);
  STYLER_ASSERT(copied != copied_.end());
  av_packet_rescale_ts(packet_.get(), input_.container->streams[copied->from]->time_base,
                       output.context().streams[copied->to]->time_base);
  packet_->pos = -1;
  output.write(*packet_);
  read_next();
}

}  // namespace styler
