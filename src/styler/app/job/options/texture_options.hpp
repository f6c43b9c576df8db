#pragma once

#include "styler/app/job/options/job_options.hpp"

namespace styler::app {

/// Without --content: makes `options` those of a texture, which has no content term and begins with noise.
/// \throws Error{InvalidArgument} for options given that only a photo has a use for.
void settle_texture(const OptionTable& table, JobOptions& options);

/// Checks the size beside what is painted: a photo, which has a shape, or a texture, which needs one.
/// \throws Error{InvalidArgument}
void validate_shape(const JobOptions& options);

}  // namespace styler::app
