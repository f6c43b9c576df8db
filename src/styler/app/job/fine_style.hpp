#pragma once

#include "styler/app/host/machine.hpp"
#include "styler/app/job/inputs/inputs.hpp"
#include "styler/app/job/observers/observers.hpp"
#include "styler/app/job/options/job_options.hpp"

namespace styler::app {

/// Replaces the style by one that has its forms and the fine strokes of the job's fine style, at the size in which the
/// finest scale looks at it. Takes no more than a quarter of --time-limit; but all it needs where the run is to be gone
/// on from, for then the style must not hang on the clock.
/// \param network  as deep as fine_stroke_options() need it.
/// \param size     see finest_style_size().
void paint_fine_style(const FeatureExtractor& network, const MachineChoice& machine, JobInput& input,
                      const JobOptions& options, Size size, const PaintListeners& listeners);

/// What that takes, of the time of as many evaluations of the whole network at the same size.
inline constexpr double kFineStylePart = 0.2;

/// The size in which the finest scale looks at the style.
/// \param min_edge  of the network that paints the picture.
Size finest_style_size(const JobInput& input, const JobOptions& options, int64_t min_edge);

}  // namespace styler::app
