#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/cli/command.hpp"
#include "styler/app/job/options/job_options.hpp"
#include "styler/options/film_options.hpp"
#include "styler/options/over_time.hpp"

namespace styler::app {

/// A frame that somebody has painted.
struct PaintedFile {
  int64_t frame = 0;  ///< From 1, as pictures that frames are written to.
  std::filesystem::path file;
};

/// `styler video`
struct VideoOptions {
  static constexpr CommandInfo kCommand{
      .name = "video",
      .usage =
          "styler video --content FILM --style FILE -o FILM [options]\n"
          "       styler video --content FILM --model FILE.styler -o FILM [options]",
      .does = "Paint a film that doesn't flicker, by the optimiser or with a trained generator",
      .takes_config = true,
  };

  /// What is held near is worth this much for the optimiser; see Objective::hold_near().
  static constexpr double kUsualTemporalWeight = 1.0;

  JobOptions settings;            ///< Of every frame; its content and output stay empty.
  std::filesystem::path content;  ///< A film, a folder of pictures, or a pattern of their names.
  std::filesystem::path model;    ///< A generator; empty: the optimiser paints.
  std::string pick;               ///< The one of its styles that is painted; empty: the first.
  std::filesystem::path output;   ///< A film, or a pattern of pictures' names.

  FilmReadOptions film;
  FilmWriteOptions encoding;
  bool without_sound = false;

  double temporal_weight = kUsualTemporalWeight;
  // As they are over the film's time, of which the field has the mean; nothing where they were not given.
  OverTime temporal_weight_over_time{}, strength_over_time{}, style_weight_over_time{};
  std::vector<int64_t> relations{1};  ///< How many frames back those lie that a frame is held near to.
  std::vector<PaintedFile> keyframes;
  int64_t keyframe_every = 1;       ///< Each so-manieth frame of a shot is painted before those between; 1: none is.
  int64_t passes = 1;               ///< How often frames are gone over, forwards and backwards.
  bool loop = false;                ///< The first frame follows the last one.
  int64_t frame_iterations = 15;    ///< Of a frame that is not the first of its shot.
  int64_t refine = 0;               ///< Iterations of the optimiser on what a generator has painted.
  std::string flow_pattern;         ///< Names of flows that somebody else has made; empty: none.
  std::string flow_weight_pattern;  ///< Of pictures of how far these can be relied on; empty: as they agree.

  std::filesystem::path report;
  std::filesystem::path page;
  std::filesystem::path preview;  ///< Is kept like the newest frame.
  bool resume = false;
  bool force = false;

  /// Whether the optimiser has a part in it.
  bool optimises() const { return model.empty() || refine > 0; }

  double temporal_weight_at(double seconds) const { return temporal_weight_over_time.at(seconds, temporal_weight); }
  /// Whether frames are looked at for how they go with one another.
  bool judges() const { return !report.empty() || !page.empty(); }
  /// How many frames of its shot a frame may look back.
  int64_t reach() const;

  void describe(OptionTable& table);
  /// \throws Error{InvalidArgument}
  void validate() const;
};

using VideoCommands = CommandTypes<VideoOptions>;

int run(const VideoOptions& options);

}  // namespace styler::app
