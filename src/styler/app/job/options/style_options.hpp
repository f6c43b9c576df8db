#pragma once

#include <string>
#include <vector>

#include "styler/app/job/options/job_options.hpp"

namespace styler::app {

class OptionBinder;

/// Adds --style.
void bind_styles(OptionBinder& binder, JobOptions& options);
/// Adds --style-loss. To be added behind --preset, which sets all of the objective.
void bind_style_loss(OptionBinder& binder, JobOptions& options);
/// Adds --style-scale, one number or several.
void bind_style_scale(OptionBinder& binder, JobOptions& options);
/// Adds what several styles take. To be added behind --preset, which sets all of the objective.
void bind_style_blend(OptionBinder& binder, JobOptions& options);

/// Checks the shares and scales beside the styles; opens no file.
/// \throws Error{InvalidArgument}
void validate_styles(const JobOptions& options);

/// `3,1`; empty for none.
std::string decimals_text(const std::vector<double>& values);
/// `0.5`, or `1,0.5` for styles with scales of their own.
std::string style_scale_text(const JobOptions& options);

}  // namespace styler::app
