#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <utility>

#include "styler/core/picture/picture.hpp"
#include "styler/video/av/av.hpp"
#include "styler/video/av/film_input.hpp"

namespace styler {

/// Tells each thing about a film once, by the kind that it is of.
class FilmNotes {
 public:
  FilmNotes(std::filesystem::path film, WarningSink warn) : film_(std::move(film)), warn_(std::move(warn)) {}
  /// \param kind      tells what is the same thing again.
  /// \param sentence  goes on after the film's name.
  void tell(const std::string& kind, const std::string& sentence);

 private:
  std::filesystem::path film_;
  WarningSink warn_;
  std::set<std::string> told_;
};

/// The decoded frames of a film's picture, with their times.
class FilmDecoder {
 public:
  /// \throws Error{Input}
  FilmDecoder(const std::filesystem::path& film, int64_t max_pixels, FilmNotes& notes);

  /// The next frame; nullptr behind the last one. Good until the next call.
  const AVFrame* next();
  /// The time of the frame that next() gave, in the stream's time base: each more than the one before.
  int64_t ticks() const { return ticks_; }

  /// Goes to a frame that can be decoded at `seconds` on the film's clock or before it; false: the container can't, and
  /// the next frame is the first one.
  bool seek(double seconds);
  /// Goes back to the first frame.
  void rewind();

  const FilmInput& input() const { return input_; }
  AVRational time_base() const { return input_.picture->time_base; }
  /// Frames a second, on average; 0: unknown.
  double frame_rate() const;

 private:
  void prepare();
  bool feed();
  void set_time();
  void set_colours();

  std::filesystem::path film_;
  FilmNotes& notes_;
  FilmInput input_;
  av::Codec codec_;
  av::Packet packet_;
  av::Frame frame_;
  int64_t max_pixels_;
  int64_t ticks_ = 0;
  bool has_time_ = false, is_drained_ = false;
};

}  // namespace styler
