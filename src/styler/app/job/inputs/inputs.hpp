#pragma once

#include "styler/app/job/inputs/picture_cache.hpp"
#include "styler/app/job/options/job_options.hpp"
#include "styler/app/job/record/stored_parameters.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {

/// What one picture is made from, decoded.
struct JobInput {
  StylizeInput pictures;
  Picture fine_style;   ///< Where the options name one.
  InputHashes hashes;   ///< But for that of the weights.
  PhotoMetadata photo;  ///< Of the content, as much of it as the options want kept.
};

/// Reads what the painting is to begin with, where that is a file, to see whether it can be read.
/// \throws Error{Input}, Error{Memory}
void check_start(const JobOptions& options);

/// Reads and decodes the pictures that the options name.
/// \param shared  holds what other jobs need too, which is all but the content and maps of regions; nullptr: nobody
///                shares anything. What is in it comes first, so that a painting that nobody can read is found before
///                its photo is decoded.
/// \throws Error{Input}, Error{Memory}; Error{InvalidArgument} as style_files() and assign_regions()
JobInput read_inputs(const JobOptions& options, const WarningSink& warn, PictureCache* shared = nullptr);

}  // namespace styler::app
