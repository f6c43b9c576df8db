#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace styler {

/// What of a film is read, and how.
struct FilmReadOptions {
  /// Seconds from the film's beginning; frames that are shown before it are left out.
  double start = 0;
  /// Seconds from the film's beginning; frames from there on are left out. 0: all are read.
  double end = 0;
  /// Frames a second of a folder or a pattern of pictures, which tell no time. A film has its own times.
  double frame_rate = 25;
  /// The long edge in pixels that frames come with; 0: their own. Films are scaled while they are decoded.
  int64_t long_edge = 0;
  /// A film whose frames have more pixels is refused before anything is decoded.
  int64_t max_pixels = 100'000'000;

  /// \throws Error{InvalidArgument} naming the field, its value, the constraint and the remedy.
  void validate() const;
};

/// How frames are put into a film.
struct FilmWriteOptions {
  /// One of film_codecs(): a word of FFmpeg's for an encoder, `libx264`, or a codec's own name, `h264`.
  std::string codec = "libx264";
  /// Constant quality: less is better, in the codec's own units. None: a value at which painted strokes stay.
  std::optional<double> crf;
  /// A word of FFmpeg's, `yuv420p10le`. Empty: what players show of this codec, with alpha where the frames have it and
  /// the codec can.
  std::string pixel_format;
  /// `key=value` each, as FFmpeg's encoders call them: `preset=slow`, `tune=grain`.
  std::vector<std::string> encoder_options;
  /// What shows through where frames with alpha go into a film without: red, green, blue in [0, 1].
  std::array<double, 3> background = {1, 1, 1};

  /// Whether the words are known is only asked where the film is opened for writing: check_film_writable().
  /// \throws Error{InvalidArgument}
  void validate() const;
};

}  // namespace styler
