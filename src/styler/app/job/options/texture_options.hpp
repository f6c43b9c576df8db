#pragma once

#include "styler/app/job/options/job_options.hpp"

namespace styler::app {

class OptionBinder;

/// Adds --size, which gives a texture its shape too.
void bind_size(OptionBinder& binder, JobOptions& options);
/// Adds --tileable.
void bind_tileable(OptionBinder& binder, JobOptions& options);

/// Without --content: makes `options` those of a texture, which has no content term and begins with noise.
/// \throws Error{InvalidArgument} for options of the parsed `app` that only a photo has a use for.
void settle_texture(const CLI::App& app, JobOptions& options);

/// Checks the size beside what is painted: a photo, which has a shape, or a texture, which needs one.
/// \throws Error{InvalidArgument}
void validate_shape(const JobOptions& options);

}  // namespace styler::app
