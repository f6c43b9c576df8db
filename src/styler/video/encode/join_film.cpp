#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/text/lower_case.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/base/text/words.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/options/film_options.hpp"
#include "styler/video/av/av.hpp"
#include "styler/video/av/film_input.hpp"
#include "styler/video/encode/copied_streams.hpp"
#include "styler/video/encode/encoder.hpp"
#include "styler/video/encode/film_file_output.hpp"
#include "styler/video/film/film_output.hpp"
#include "styler/video/frames/picture_frames.hpp"

extern "C" {
#include <libavutil/mathematics.h>
}

namespace styler {
namespace {

namespace fs = std::filesystem;

struct Container {
  std::string_view extension;
  const char* name;  ///< As libavformat calls it.
};
constexpr std::array<Container, 5> kFilmContainers{
    {{".mp4", "mp4"}, {".m4v", "mp4"}, {".mov", "mov"}, {".mkv", "matroska"}, {".webm", "webm"}}};

/// \throws Error{InvalidArgument}
const AVOutputFormat& container_of(const fs::path& output) {
  const std::string extension = lower_case_extension(output);
  for (const Container& container : kFilmContainers) {
    if (extension != container.extension) continue;
    const AVOutputFormat* const format = av_guess_format(container.name, nullptr, nullptr);
    if (format != nullptr) return *format;
  }
  reject("the film " + quoted(output) +
         " needs an extension that says its container: " + enumeration(film_extensions()));
}

void check_holds(const AVOutputFormat& container, const fs::path& output, AVCodecID codec) {
  if (avformat_query_codec(&container, codec, FF_COMPLIANCE_EXPERIMENTAL) == 1) return;
  reject("the film " + quoted(output) + " can't be in " + avcodec_get_name(codec) + ", which " + container.long_name +
         " does not hold; name an .mkv, or take another --codec");
}

[[noreturn]] void refuse_segment(const fs::path& file, const std::string& reason) {
  throw Error(ErrorCode::Input, "the film's part " + quoted(file) + " " + reason);
}

/// The only stream of a segment.
av::Input opened_segment(const fs::path& file) {
  av::Dictionary options;
  options.set("protocol_whitelist", "file");
  options.set("format_whitelist", "matroska,webm");
  AVFormatContext* opened = nullptr;
  const int code = avformat_open_input(&opened, ("file:" + file.string()).c_str(), nullptr, options.get());
  if (code < 0) refuse_segment(file, "can't be read (" + av::reason(code) + "); it has to be painted again");
  av::Input input(opened);
  if (input->nb_streams != 1) refuse_segment(file, "is not what was written; it has to be painted again");
  return input;
}

/// For each packet of the segments, in the order in which they are decoded, the number of the frame that it shows.
std::vector<size_t> shown_order(const std::vector<FilmSegment>& segments) {
  std::vector<size_t> shown;
  const av::Packet packet = av::new_packet();
  for (const FilmSegment& segment : segments) {
    const av::Input input = opened_segment(segment.file);
    std::vector<int64_t> times;
    while (av_read_frame(input.get(), packet.get()) >= 0) {
      times.push_back(packet->pts);
      av_packet_unref(packet.get());
    }
    if (times.size() != segment.ticks.size()) {
      refuse_segment(segment.file, "holds " + std::to_string(times.size()) + " frames of " +
                                       std::to_string(segment.ticks.size()) + "; it has to be painted again");
    }
    std::vector<int64_t> sorted = times;
    std::ranges::sort(sorted);
    const size_t first = shown.size();
    for (const int64_t time : times) {
      shown.push_back(first + static_cast<size_t>(std::ranges::lower_bound(sorted, time) - sorted.begin()));
    }
  }
  return shown;
}

/// The picture of a film, put together of its segments.
class JoinedPicture {
 public:
  explicit JoinedPicture(const FilmJoin& join)
      : segments_(join.segments),
        time_base_{join.time_base.numerator, join.time_base.denominator},
        shown_(shown_order(join.segments)),
        packet_(av::new_packet()) {
    for (const FilmSegment& segment : segments_)
      ticks_.insert(ticks_.end(), segment.ticks.begin(), segment.ticks.end());
    for (size_t i = 1; i < ticks_.size(); ++i) STYLER_ASSERT(ticks_[i] > ticks_[i - 1]);
    for (size_t i = 0; i < shown_.size(); ++i) delay_ = std::max(delay_, i - std::min(i, shown_[i]));
    open_next();
  }

  AVRational time_base() const { return time_base_; }
  int64_t first_ticks() const { return ticks_.front(); }
  AVCodecID codec() const { return input_->streams[0]->codecpar->codec_id; }

  void add_to(FilmFileOutput& output, int64_t begin) {
    begin_ = begin;
    AVStream& stream = output.new_stream();
    const AVStream& from = *input_->streams[0];
    if (avcodec_parameters_copy(stream.codecpar, from.codecpar) < 0) {
      throw Error(ErrorCode::Memory, "there is not enough memory to write a film; free some");
    }
    const bool is_quicktime = std::string_view(output.context().oformat->name) != "matroska";
    // QuickTime and what is made by Apple play HEVC by this name alone.
    const bool is_apples = is_quicktime && codec() == AV_CODEC_ID_HEVC;
    stream.codecpar->codec_tag = is_apples ? MKTAG('h', 'v', 'c', '1') : 0;
    stream.time_base = time_base_;
    stream.sample_aspect_ratio = {1, 1};
    stream.avg_frame_rate = regular_rate();
    if (const AVDictionaryEntry* const alpha = av_dict_get(from.metadata, "alpha_mode", nullptr, 0)) {
      av_dict_set(&stream.metadata, "alpha_mode", alpha->value, 0);
    }
    parameters_.assign(from.codecpar->extradata, from.codecpar->extradata + from.codecpar->extradata_size);
  }

  /// When the next packet is decoded, in seconds on the film's clock; infinite: there is none.
  double next_time() const {
    return next_ < shown_.size() ? static_cast<double>(decoded_at(next_) - begin_) * av_q2d(time_base_)
                                 : std::numeric_limits<double>::infinity();
  }

  void write_next(FilmFileOutput& output) {
    while (av_read_frame(input_.get(), packet_.get()) < 0) open_next();
    const size_t frame = shown_[next_];
    packet_->stream_index = 0;
    packet_->pts = ticks_[frame] - begin_;
    packet_->dts = decoded_at(next_) - begin_;
    packet_->duration = frame + 1 < ticks_.size() ? ticks_[frame + 1] - ticks_[frame] : usual_step();
    packet_->pos = -1;
    av_packet_rescale_ts(packet_.get(), time_base_, output.context().streams[0]->time_base);
    output.write(*packet_);
    ++next_;
  }

 private:
  void open_next() {
    STYLER_ASSERT(segment_ < segments_.size());
    const fs::path& file = segments_[segment_++].file;
    input_ = opened_segment(file);
    const AVCodecParameters& coding = *input_->streams[0]->codecpar;
    const auto size = static_cast<size_t>(coding.extradata_size);
    if (segment_ > 1 &&
        (size != parameters_.size() || !std::equal(parameters_.begin(), parameters_.end(), coding.extradata))) {
      refuse_segment(file, "was encoded by other options than those before it; it has to be painted again");
    }
  }

  /// As late as every frame is there before it is shown.
  int64_t decoded_at(size_t packet) const {
    if (packet >= delay_) return ticks_[packet - delay_];
    return ticks_.front() - static_cast<int64_t>(delay_ - packet) * usual_step();
  }

  int64_t usual_step() const {
    if (ticks_.size() > 1) return std::max<int64_t>(ticks_[ticks_.size() - 1] - ticks_[ticks_.size() - 2], 1);
    constexpr AVRational kUsual{1, 25};
    return std::max<int64_t>(av_rescale_q(1, kUsual, time_base_), 1);
  }

  /// Frames a second where each is shown as long as the others; else none, so that no player counts on one.
  AVRational regular_rate() const {
    if (ticks_.size() < 2) return {0, 1};
    const int64_t whole = ticks_.back() - ticks_.front();
    const auto steps = static_cast<int64_t>(ticks_.size() - 1);
    // Clocks that a rate does not fit into are rounded to a tick.
    const int64_t most = whole >= 10 * steps ? steps : 0;
    for (size_t i = 1; i < ticks_.size(); ++i) {
      if (std::abs((ticks_[i] - ticks_[i - 1]) * steps - whole) > most) return {0, 1};
    }
    AVRational rate{};
    av_reduce(&rate.num, &rate.den, steps * time_base_.den, whole * time_base_.num, 1'000'000);
    return rate;
  }

  const std::vector<FilmSegment>& segments_;
  AVRational time_base_;
  std::vector<int64_t> ticks_;
  std::vector<size_t> shown_;
  size_t delay_ = 0, next_ = 0, segment_ = 0;
  int64_t begin_ = 0;
  std::vector<uint8_t> parameters_;
  av::Input input_;
  av::Packet packet_;
};

bool has_streams_to_copy(const fs::path& source) { return !source.empty() && !is_picture_frames(source); }

}  // namespace

void join_film(const FilmJoin& join, const fs::path& output, const WarningSink& warn) {
  STYLER_ASSERT(!join.segments.empty());
  av::be_quiet();
  const AVOutputFormat& container = container_of(output);
  JoinedPicture picture(join);
  check_holds(container, output, picture.codec());
  std::optional<CopiedStreams> others;
  FilmCut cut{picture.first_ticks(), picture.time_base(), /*from_start=*/false, 0};
  if (has_streams_to_copy(join.source)) {
    others.emplace(join.source, container, join.with_sound, warn);
    if (join.start <= 0) {
      const double start = others->input().start();
      cut.begin = std::llround(start / av_q2d(cut.time_base));
      cut.from_start = true;
    }
    const double begin = static_cast<double>(cut.begin) * av_q2d(cut.time_base) - others->input().start();
    if (join.end > 0) cut.end = std::max(join.end - begin, 1e-3);
  }
  FilmFileOutput film(output, container.name);
  film.context().strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
  picture.add_to(film, cut.begin);
  if (others) others->add_to(film, cut, join.keep_gps);
  av::Dictionary options;
  const bool is_quicktime = std::string_view(container.name) == "mp4" || std::string_view(container.name) == "mov";
  if (is_quicktime) options.set("movflags", "+faststart");  // players on the web begin before all is there
  film.begin(options);
  constexpr double kNever = std::numeric_limits<double>::infinity();
  while (true) {
    const double picture_time = picture.next_time();
    const double other_time = others ? others->next_time() : kNever;
    if (picture_time == kNever && other_time == kNever) break;
    if (picture_time <= other_time) {
      picture.write_next(film);
    } else if (others) {
      others->write_next(film);
    }
  }
  film.finish();
}

void check_film_writable(const fs::path& output, const FilmFormat& format, const FilmWriteOptions& options,
                         const fs::path& source, const WarningSink& warn) {
  const FilmEncoder encoder(format, options);
  if (format.has_alpha && !encoder.keeps_alpha() && warn) {
    warn("the film's frames are transparent in places, which " + options.codec +
         " does not keep here; --background shows through");
  }
  if (output.empty()) return;
  const AVOutputFormat& container = container_of(output);
  check_holds(container, output, encoder.codec().codec_id);
  check_writable(output, {.offers_force = false});
  if (has_streams_to_copy(source)) CopiedStreams(source, container, /*with_sound=*/true, warn);
}

const std::vector<std::string>& film_extensions() {
  static const std::vector<std::string> extensions = [] {
    std::vector<std::string> words;
    words.reserve(kFilmContainers.size());
    for (const Container& container : kFilmContainers) words.emplace_back(container.extension);
    return words;
  }();
  return extensions;
}

}  // namespace styler
