#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "styler/base/size.hpp"
#include "styler/core/picture/picture.hpp"

namespace styler {

/// The unit in which a film counts time: `numerator / denominator` seconds.
struct TimeBase {
  int32_t numerator = 1;
  int32_t denominator = 90'000;

  double seconds(int64_t ticks) const { return static_cast<double>(ticks) * numerator / denominator; }
  bool operator==(const TimeBase&) const = default;
};

/// What a film is like.
struct FilmInfo {
  Size size;               ///< Of the frames as they come: upright, of square pixels, scaled to `long_edge`.
  Size stored_size;        ///< Of the frames as they are stored.
  TimeBase time_base;      ///< Of FilmFrame::ticks.
  double start = 0;        ///< Seconds at which the film's own clock starts; FilmFrame::seconds count from here.
  double seconds = 0;      ///< Between `start` and `end` of the options; 0: unknown.
  int64_t frames = 0;      ///< How many there are between them, as far as the container tells: an estimate. 0: unknown.
  double frame_rate = 0;   ///< On average, for people; 0: unknown. Times come with the frames.
  bool has_alpha = false;  ///< Frames can be transparent.
  bool is_hdr = false;     ///< PQ or HLG; the frames come tone-mapped to sRGB.
  bool interlaced = false;  ///< Frames hold two half pictures of different times.
  bool has_sound = false;
  std::string codec;                       ///< `h264`; `png` for pictures.
  std::string colours;                     ///< For people: `yuv420p, bt709, tv range`.
  std::vector<std::string> other_streams;  ///< For people: `sound (aac)`, `subtitles (subrip, eng)`.
};

struct FilmFrame {
  /// sRGB-like code values, as every picture in core. Alpha is undefined where the frame is opaque.
  Picture picture;
  /// When it is shown, on the film's own clock; more than the frame's before.
  int64_t ticks = 0;
  /// The same in seconds from the film's beginning, of which the options may leave out a part.
  double seconds = 0;
  /// Its number among the frames between `start` and `end`, from 0.
  int64_t index = 0;
  /// What is seen is what the last frame that does not repeat one shows: every value within 2/255 of its. Known of
  /// frames that next() gave one after the other: the first one behind a skip() counts as new.
  bool repeats = false;
};

/// The frames of a film, one after the other. Not for several threads at once.
class FilmReader {
 public:
  virtual ~FilmReader() = default;
  virtual const FilmInfo& info() const = 0;
  /// None behind the last one. A frame that is damaged comes as far as it could be decoded, and is told of.
  /// \throws Error{Input}, Error{Memory}
  virtual std::optional<FilmFrame> next() = 0;
  /// Goes past a frame without making a picture of it: what next() would do, sooner. False behind the last one.
  virtual bool skip() = 0;
};

/// `59.27.100`: libavformat's that films are read with; empty where styler was built without.
std::string ffmpeg_version();

}  // namespace styler
