#pragma once

#include <vector>

#include "styler/app/job/options/job_options.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "styler/options/scales.hpp"

namespace styler::app {

/// Checks what can be told of pictures before the network is loaded: that they and their regions are large enough for
/// the layers in use, at every scale, and the result no larger than its file can hold.
/// \param warn  is told where the result can't be as large as was asked.
/// \param tell  gets a sentence for each picture and region; may be empty.
/// \throws Error{Input}, Error{Output}
void check_pictures(const StylizeInput& pictures, const JobOptions& options, const WarningSink& warn = {},
                    const WarningSink& tell = {});

/// The part of it that needs no pixels.
void check_sizes(const JobOptions& options, Size content, const std::vector<StyleExtent>& styles);

/// The size of the result for a content of this size.
Size finest_size(const JobOptions& options, Size content);

}  // namespace styler::app
