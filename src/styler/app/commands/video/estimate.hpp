#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "styler/app/commands/video/options.hpp"
#include "styler/app/films/survey.hpp"
#include "styler/app/host/machine.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "styler/video/film/film.hpp"
#include "styler/video/motion/flow.hpp"

namespace styler::app {

/// What painting single frames takes, in seconds.
struct FrameTimes {
  double first = 0;   ///< Of a shot.
  double follow = 0;  ///< Any other.
};

/// Of the optimiser, from a few evaluations at a small size.
/// \param pictures  with the film's first frame as the content.
FrameTimes optimiser_times(const VideoOptions& options, const Machine& machine, const StylizeInput& pictures);

/// What the optimiser is predicted to have in use for a shot's first frame, in bytes.
/// \param pictures  with the film's first frame as the content.
/// \throws Error{Memory} as plan_run()
int64_t optimiser_memory(const VideoOptions& options, const Machine& machine, const StylizeInput& pictures);

/// Of finding motion to one earlier frame, both ways.
double flow_seconds(const at::Tensor& frame, FlowMethod method);

/// What --dry-run prints.
std::vector<std::string> film_lines(const FilmInfo& film, const FilmSurvey& survey, const FrameTimes& times,
                                    const std::string& machine, int64_t memory_bytes);

}  // namespace styler::app
