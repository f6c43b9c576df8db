#pragma once

#include <vector>

#include "styler/app/job/inputs/style_files.hpp"
#include "styler/app/job/options/job_options.hpp"
#include "styler/app/job/record/stored_parameters.hpp"
#include "styler/core/stylize/stylizer.hpp"

namespace styler::app {

/// Reads the maps that the options name. Gives `pictures` the regions of the photo, and replaces its styles by one for
/// each region that they are for.
/// \param read      how files may be read.
/// \param files     of the styles: `pictures` has theirs, in this order.
/// \param pictures  content and styles, decoded.
/// \param hashes    gets those of the maps.
/// \throws Error{Input} for a map that cannot be used: of another shape than its picture, without flat colours or with
///         one alone, or of a style with colours that the photo's map lacks; Error{InvalidArgument} for a colour that
///         it lacks, a map of a folder's pictures, and options for several styles where no region has several.
void assign_regions(const JobOptions& options, const ReadOptions& read, const std::vector<StyleFiles>& files,
                    StylizeInput& pictures, InputHashes& hashes, const WarningSink& warn);

}  // namespace styler::app
