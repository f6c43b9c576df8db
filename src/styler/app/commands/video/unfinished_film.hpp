#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "styler/app/commands/video/frame.hpp"
#include "styler/app/commands/video/options.hpp"
#include "styler/core/memory/plan.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/video/film/film.hpp"
#include "styler/video/film/film_output.hpp"

namespace styler::app {

/// Where a film stands: all that it takes to go on as if it had never stopped.
struct FilmState {
  int64_t next = 0;                       ///< The frame that is painted next.
  int64_t shot = 0;                       ///< The first of the shot that the last one was in.
  std::map<int64_t, at::Tensor> painted;  ///< What later frames look back to, and the first of shot and film; 8 bits.
  std::map<int64_t, at::Tensor> shown;    ///< What the film has instead of some of these, through which it shows.
  std::vector<FrameRecord> records;       ///< Of all frames before.
  std::optional<MemoryBudget> budget;     ///< By which all its frames are planned.
};

/// What an encoder needs to know of a film's frames.
FilmFormat format_of(const FilmInfo& film);

/// A film in work: what is painted lies in a folder beside the output, in segments that are closed and play, with a
/// record of where it stands, which is replaced after each group of frames that take seconds. Frames of a segment that
/// is not closed lie there as they are. So whenever the program is killed no more than the frames in work are lost, or
/// those since the last record; and Ctrl-C leaves a film of what was painted.
class UnfinishedFilm {
 public:
  /// \param identity  of all that decides the film: what is there is of the same or refused.
  UnfinishedFilm(const VideoOptions& options, const FilmInfo& film, nlohmann::ordered_json identity, WarningSink warn);

  static std::filesystem::path folder_of(const std::filesystem::path& output);
  /// Refuses to begin where an unfinished film lies, unless it is gone on with or --force gives it up.
  /// \throws Error{InvalidArgument}
  static void check_beginning(const VideoOptions& options);

  /// Makes the folder, or reads what lies in it.
  /// \returns where the earlier run stood; nothing where this is a beginning.
  /// \throws Error{Output}; Error{Input} for what is not whole, Error{InvalidArgument} for another film's.
  std::optional<FilmState> begin();

  /// By which frames will be planned.
  void plan_for(const MemoryBudget& budget) { state_.budget = budget; }
  /// The next frame. A run that is killed goes on with a group's beginning. \throws Error{Output}
  void add(const PaintedFrame& frame);

  /// Writes the film of all frames so far. The folder goes where that is all of it.
  void finish(bool is_whole);

  const std::vector<FrameRecord>& records() const { return state_.records; }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  /// One that is to be encoded still, or that later ones look back to.
  struct Kept {
    at::Tensor painted, alpha;
    at::Tensor shown;  ///< Where that is not what was painted; undefined otherwise.
    int64_t ticks = 0;
    bool on_disk = false;
  };

  bool writes_pictures() const;
  FilmState read_state();
  void write_state();
  std::filesystem::path frame_file(int64_t frame) const;
  Kept read_frame(int64_t frame) const;
  /// Encodes what waits for it.
  FilmSegment encode(const std::filesystem::path& file) const;
  void close_segment();
  /// Whether a later frame may look back to it.
  bool is_looked_back_to(int64_t frame) const;

  const VideoOptions& options_;
  FilmInfo film_;
  nlohmann::ordered_json identity_;
  WarningSink warn_;
  std::filesystem::path folder_;
  FilmState state_;
  std::vector<FilmSegment> segments_;
  std::map<int64_t, Kept> kept_;
  std::vector<int64_t> waiting_;   ///< For the segment in work.
  size_t since_saved_ = 0;         ///< Frames.
  std::vector<int64_t> given_up_;  ///< Whose files go when the record tells of them no more.
};

}  // namespace styler::app
