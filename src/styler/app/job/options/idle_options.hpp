#pragma once

#include <string>
#include <vector>

#include "styler/app/job/options/job_options.hpp"

namespace styler::app {

/// What only the parsed `app` knows: a sentence for every option that was given and would do nothing beside the others.
std::vector<std::string> idle_options(const CLI::App& app, const JobOptions& options);

}  // namespace styler::app
