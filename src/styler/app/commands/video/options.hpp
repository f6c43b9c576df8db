#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/cli/command.hpp"
#include "styler/app/job/options/job_options.hpp"
#include "styler/options/film_options.hpp"

namespace styler::app {

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
  std::filesystem::path output;   ///< A film, or a pattern of pictures' names.

  FilmReadOptions film;
  FilmWriteOptions encoding;
  bool without_sound = false;

  double temporal_weight = kUsualTemporalWeight;
  std::vector<int64_t> relations{1};  ///< How many frames back those lie that a frame is held near to.
  int64_t frame_iterations = 15;      ///< Of a frame that is not the first of its shot.
  int64_t refine = 0;                 ///< Iterations of the optimiser on what a generator has painted.
  std::string flow_pattern;           ///< Names of flows that somebody else has made; empty: none.

  std::filesystem::path report;
  std::filesystem::path preview;  ///< Is kept like the newest frame.
  bool resume = false;
  bool force = false;

  /// Whether the optimiser has a part in it.
  bool optimises() const { return model.empty() || refine > 0; }

  void describe(OptionTable& table);
  /// \throws Error{InvalidArgument}
  void validate() const;
};

using VideoCommands = CommandTypes<VideoOptions>;

int run(const VideoOptions& options);

}  // namespace styler::app
