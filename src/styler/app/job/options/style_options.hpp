#pragma once

#include <string>
#include <vector>

#include "styler/app/job/options/job_options.hpp"

namespace styler::app {

/// Checks the shares of --style-blend, by themselves.
/// \throws Error{InvalidArgument}
void validate_shares(const std::vector<double>& shares);

/// Checks the shares and scales beside the styles; opens no file.
/// \throws Error{InvalidArgument}
void validate_styles(const JobOptions& options);

}  // namespace styler::app
