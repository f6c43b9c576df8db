#include "styler/video/decode/film_file.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/options/film_options.hpp"
#include "styler/video/av/av.hpp"
#include "styler/video/av/film_input.hpp"
#include "styler/video/decode/colours.hpp"
#include "styler/video/decode/decoder.hpp"
#include "styler/video/decode/display.hpp"
#include "styler/video/decode/light.hpp"
#include "styler/video/decode/picture_from_frame.hpp"
#include "styler/video/film/film.hpp"
#include "styler/video/frames/repeats.hpp"

namespace styler {
namespace {

namespace fs = std::filesystem;

/// How far before a time a search for it begins, in seconds: the first frames behind the place that a container finds
/// may look back at some that are not there.
constexpr double kRunUp = 1;

/// How much a film may end before the time that its container tells, in seconds, and count as whole.
constexpr double kTolerance = 1;

TimeBase ours(AVRational time_base) { return {time_base.num, time_base.den}; }

std::string seconds_text(double seconds) { return number_text(std::round(seconds * 100) / 100) + " s"; }

class FilmFile : public FilmReader {
 public:
  FilmFile(const fs::path& film, const FilmReadOptions& options, const WarningSink& warn)
      : film_(film), options_(options), notes_(film, warn), decoder_(film, options.max_pixels, notes_) {
    begin_ = decoder_.input().start();
    go_to_start();
    if (pending_ == nullptr) refuse_start();
    describe(*pending_);
  }

  const FilmInfo& info() const override { return info_; }

  std::optional<FilmFrame> next() override {
    const AVFrame* const decoded = taken();
    if (decoded == nullptr) return std::nullopt;
    std::optional<Picture> picture = converter_->picture(*decoded);
    if (!picture) refuse_film(film_, "has frames (" + colours_text(*decoded) + ") that can't be turned into RGB");
    FilmFrame frame;
    frame.picture = std::move(*picture);
    frame.ticks = decoder_.ticks();
    frame.seconds = now();
    frame.index = index_ - 1;
    frame.repeats = repeats_.repeats(frame.picture);
    return frame;
  }

  bool skip() override {
    repeats_.forget();
    return taken() != nullptr;
  }

 private:
  /// Seconds from the film's beginning at the frame that was decoded last.
  double now() const { return info_.time_base.seconds(decoder_.ticks()) - begin_; }

  /// The next frame between the two times.
  const AVFrame* taken() {
    const AVFrame* const frame = pending_ != nullptr ? std::exchange(pending_, nullptr) : decoded();
    if (frame == nullptr) return nullptr;
    if (Size{frame->height, frame->width} != info_.stored_size) {
      notes_.tell("size", "has frames of several sizes; they are all brought to that of the first one");
    }
    ++index_;
    return frame;
  }

  /// The next frame before the end that is asked for.
  const AVFrame* decoded() {
    if (is_over_) return nullptr;
    const AVFrame* const frame = decoder_.next();
    if (frame == nullptr) tell_of_early_end();
    is_behind_end_ = frame != nullptr && options_.end > 0 && now() >= options_.end - kSameTime;
    is_over_ = frame == nullptr || is_behind_end_;
    if (!is_over_) last_ = now();
    return is_over_ ? nullptr : frame;
  }

  void go_to_start() {
    info_.time_base = ours(decoder_.time_base());
    const bool sought = options_.start > kRunUp && decoder_.seek(begin_ + options_.start - kRunUp);
    pending_ = decoded();
    if (sought && (pending_ == nullptr || now() >= options_.start)) {  // it went too far: some have no list of frames
      is_over_ = false;
      decoder_.rewind();
      pending_ = decoded();
    }
    while (pending_ != nullptr && now() < options_.start - kSameTime) pending_ = decoded();
  }

  [[noreturn]] void refuse_start() {
    if (is_behind_end_) {
      refuse_film(film_, "shows no new frame between --start, " + number_text(options_.start) + " s, and --end, " +
                             number_text(options_.end) + " s; name times farther apart");
    }
    if (last_ < 0) refuse_film(film_, "has no frame that can be decoded; check that it was copied whole");
    refuse_film(film_, "ends after " + seconds_text(last_) + ", before --start, which is " +
                           seconds_text(options_.start) + "; name an earlier time");
  }

  /// How long the container says that the film is, in seconds; 0: it doesn't.
  double told_seconds() const {
    const FilmInput& input = decoder_.input();
    if (input.picture->duration > 0) return info_.time_base.seconds(input.picture->duration);
    return input.container->duration > 0 ? static_cast<double>(input.container->duration) / AV_TIME_BASE : 0;
  }

  void tell_of_early_end() {
    const double told = told_seconds();
    if (last_ < 0 || last_ + kTolerance + 2 / std::max(decoder_.frame_rate(), 1.0) >= told) return;
    notes_.tell("end", "ends after " + seconds_text(last_) + " of " + seconds_text(told) +
                           "; it is damaged or was not copied whole");
  }

  void describe(const AVFrame& first) {
    const FilmInput& input = decoder_.input();
    const int32_t* matrix = av::display_matrix(*input.picture);
    if (matrix == nullptr) {
      const AVFrameSideData* const own = av_frame_get_side_data(&first, AV_FRAME_DATA_DISPLAYMATRIX);
      if (own != nullptr) matrix = reinterpret_cast<const int32_t*>(own->data);
    }
    const std::optional<int> orientation = orientation_of(matrix);
    if (!orientation) {
      notes_.tell("turn", "is to be turned by another angle than 90, 180 or 270 degrees; it stays as it is stored");
    }
    const AVRational shape = av_guess_sample_aspect_ratio(input.container.get(), input.picture, nullptr);
    info_.stored_size = {first.height, first.width};
    info_.size = displayed_size(info_.stored_size, {shape.num, shape.den}, orientation.value_or(1), options_.long_edge);
    if (info_.size.pixels() > options_.max_pixels) {
      refuse_film(film_, "has frames of " + size_text(info_.size) + " square pixels, which is more than " +
                             pixel_count_text(options_.max_pixels) + "; make it smaller");
    }
    converter_ = std::make_unique<FrameConverter>(info_.size, orientation.value_or(1));
    info_.start = begin_;
    info_.frame_rate = decoder_.frame_rate();
    count_frames(input);
    info_.has_alpha = can_be_transparent(static_cast<AVPixelFormat>(first.format));
    info_.is_hdr = is_hdr(colours_of(first).light);
    info_.interlaced = av::is_interlaced(first);
    info_.codec = avcodec_get_name(input.picture->codecpar->codec_id);
    info_.colours = colours_text(first);
    for (unsigned i = 0; i < input.container->nb_streams; ++i) {
      const AVStream& stream = *input.container->streams[i];
      if (&stream == input.picture) continue;
      info_.other_streams.push_back(stream_text(stream));
      info_.has_sound = info_.has_sound || stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    }
    tell_what_is_unusual();
  }

  void count_frames(const FilmInput& input) {
    const double whole = told_seconds();
    const double end = options_.end > 0 && whole > 0 ? std::min(options_.end, whole) : std::max(options_.end, whole);
    info_.seconds = end > 0 ? std::max(end - options_.start, 0.0) : 0;
    const bool is_cut = options_.start > 0 || options_.end > 0;
    info_.frames = is_cut ? 0 : input.picture->nb_frames;
    constexpr double kMostFrames = 1e9;
    if (info_.frames <= 0) info_.frames = std::llround(std::min(info_.seconds * info_.frame_rate, kMostFrames));
  }

  void tell_what_is_unusual() {
    if (info_.is_hdr) notes_.tell("hdr", "is HDR (" + info_.colours + "); its frames are tone-mapped to sRGB");
    if (info_.interlaced) {
      notes_.tell("interlaced",
                  "is interlaced: each of its frames holds two half pictures, whose lines will show; make "
                  "it whole first, with `ffmpeg -i IN -vf bwdif OUT`");
    }
  }

  /// Times that differ by less are one, in seconds: those on the command line are rounded.
  static constexpr double kSameTime = 1e-4;

  fs::path film_;
  FilmReadOptions options_;
  FilmNotes notes_;
  FilmDecoder decoder_;
  FilmInfo info_;
  std::unique_ptr<FrameConverter> converter_;
  RepeatFinder repeats_;
  double begin_ = 0, last_ = -1;
  int64_t index_ = 0;
  bool is_over_ = false;
  bool is_behind_end_ = false;  ///< The frame that was decoded last.
  const AVFrame* pending_ = nullptr;
};

}  // namespace

std::unique_ptr<FilmReader> open_film_file(const fs::path& film, const FilmReadOptions& options,
                                           const WarningSink& warn) {
  return std::make_unique<FilmFile>(film, options, warn);
}

std::string ffmpeg_version() { return AV_STRINGIFY(LIBAVFORMAT_VERSION); }

}  // namespace styler
