#include "styler/video/av/film_input.hpp"

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/video/av/av.hpp"

extern "C" {
#include <libavutil/dict.h>
}

namespace styler {
namespace {

namespace fs = std::filesystem;

/// The containers that are tried, as libavformat calls them. Not among them are those that are lists of other files
/// (hls, dash, concat), and those that any text or noise is taken for.
constexpr const char* kContainers =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,nut,mxf,gxf,dv,rm,ivf,wtv,"
    "yuv4mpegpipe,gif,apng,flic,h264,hevc,m4v,obu,av1,vc1,mjpeg";

void check_film_is_regular(const fs::path& film) {
  std::error_code problem;
  const fs::file_status status = fs::status(film, problem);
  if (status.type() == fs::file_type::not_found) refuse_film(film, "does not exist; check the path");
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    refuse_film(film, "is no regular file, in which a film's parts can be looked up; copy it into one");
  }
  if (fs::file_size(film, problem) == 0 && !problem) {
    refuse_film(film, "is empty (0 bytes); copy or download it again");
  }
}

std::string why_not_opened(int code) {
  if (code == AVERROR_INVALIDDATA || code == AVERROR(EINVAL)) {  // the latter: not among our containers
    return "is no film in a format known here, or its beginning or its index is missing; check that it was copied "
           "whole, "
           "or convert it to MP4 or MKV";
  }
  return "cannot be read (" + av::reason(code) + "); check the file and its permissions";
}

}  // namespace

void refuse_film(const fs::path& film, const std::string& reason) {
  throw Error(ErrorCode::Input, "film " + quoted(film) + " " + reason);
}

double FilmInput::start() const {
  if (container->start_time != AV_NOPTS_VALUE) return static_cast<double>(container->start_time) / AV_TIME_BASE;
  if (picture->start_time != AV_NOPTS_VALUE)
    return static_cast<double>(picture->start_time) * av_q2d(picture->time_base);
  return 0;
}

FilmInput open_film_input(const fs::path& film) {
  av::be_quiet();
  check_film_is_regular(film);
  av::Dictionary options;
  options.set("protocol_whitelist", "file");
  options.set("format_whitelist", kContainers);
  AVFormatContext* opened = nullptr;
  // Without the protocol's name, one in the file's would count.
  const int code = avformat_open_input(&opened, ("file:" + film.string()).c_str(), nullptr, options.get());
  if (code < 0) refuse_film(film, why_not_opened(code));
  FilmInput input{av::Input(opened), nullptr};
  if (const int found = avformat_find_stream_info(opened, nullptr); found < 0) refuse_film(film, why_not_opened(found));
  const int best = av_find_best_stream(opened, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (best < 0 || is_cover(*opened->streams[best])) {
    refuse_film(film, "has no moving picture in it; name another file");
  }
  input.picture = opened->streams[best];
  return input;
}

std::string stream_text(const AVStream& stream) {
  const AVCodecParameters& coding = *stream.codecpar;
  std::string kind = "data";
  if (coding.codec_type == AVMEDIA_TYPE_AUDIO) kind = "sound";
  if (coding.codec_type == AVMEDIA_TYPE_SUBTITLE) kind = "subtitles";
  if (coding.codec_type == AVMEDIA_TYPE_ATTACHMENT) kind = "an attachment";
  if (coding.codec_type == AVMEDIA_TYPE_VIDEO) kind = is_cover(stream) ? "a cover" : "a second picture";
  std::string text = kind + " (" + avcodec_get_name(coding.codec_id);
  const AVDictionaryEntry* const language = av_dict_get(stream.metadata, "language", nullptr, 0);
  if (language != nullptr && std::string(language->value) != "und") text += std::string(", ") + language->value;
  return text + ")";
}

bool is_cover(const AVStream& stream) { return (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0; }

}  // namespace styler
