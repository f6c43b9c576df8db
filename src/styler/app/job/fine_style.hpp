#pragma once

#include <spdlog/logger.h>

#include "styler/app/job/inputs.hpp"
#include "styler/app/session/console.hpp"

namespace styler::app {

/// Replaces the style by one that has its forms and the fine strokes of the job's fine style, at the size in which the
/// finest scale looks at it. Takes no more than a quarter of --time-limit; but all it needs where the run is to be gone
/// on from, for then the style must not hang on the clock.
/// \return the options of the run itself, with what is left of --time-limit.
JobOptions paint_fine_style(const Machine& machine, JobInput& input, const JobOptions& options, Console& console,
                            spdlog::logger& log);

/// What that takes, of the time of as many evaluations of the whole network at the same size.
inline constexpr double kFineStylePart = 0.2;

/// The size in which the finest scale looks at the style.
Size finest_style_size(const JobInput& input, const JobOptions& options, int64_t min_edge);

}  // namespace styler::app
