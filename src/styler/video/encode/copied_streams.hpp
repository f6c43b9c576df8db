#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "styler/core/picture/picture.hpp"
#include "styler/video/av/av.hpp"
#include "styler/video/av/film_input.hpp"
#include "styler/video/encode/film_file_output.hpp"

namespace styler {

/// Where a part of a film lies on the clock of the film that it is taken from.
struct FilmCut {
  int64_t begin = 0;  ///< What becomes 0, in `time_base`.
  AVRational time_base{1, 1};
  bool from_start = true;  ///< Nothing is cut off before it.
  double end = 0;          ///< Seconds behind `begin`; 0: to the film's end.
};

/// All streams of a film but its picture, on their way into another one: packets as they are.
class CopiedStreams {
 public:
  /// \param warn  is told of each stream that the container can't hold.
  /// \throws Error{Input}
  CopiedStreams(const std::filesystem::path& source, const AVOutputFormat& container, bool with_sound,
                const WarningSink& warn);

  const FilmInput& input() const { return input_; }

  /// Adds the streams, the chapters and what the film tells of itself to a film of which the first stream is the
  /// picture.
  void add_to(FilmFileOutput& output, const FilmCut& cut, bool keep_gps);

  /// When the next packet is due, in seconds on the new film's clock; infinite: there is none. Only after add_to().
  double next_time() const { return next_time_; }
  void write_next(FilmFileOutput& output);

 private:
  /// A stream's number in the source, and in the output.
  struct Copied {
    int from = 0;
    int to = -1;
    bool is_over = false;
    int64_t next_ticks = 0;  ///< For packets that have no time.
  };

  void add_stream(FilmFileOutput& output, Copied& copied, bool keep_gps);
  void add_chapters(AVFormatContext& output) const;
  void read_next();
  /// Puts the packet's times onto the new clock; false: it lies outside of the cut.
  bool settle(Copied& copied);

  FilmInput input_;
  std::vector<Copied> copied_;
  FilmCut cut_;
  av::Packet packet_;
  double next_time_ = 0;
};

}  // namespace styler
