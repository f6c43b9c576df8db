#pragma once

#include <filesystem>

#include "styler/app/job/options/job_options.hpp"

namespace styler::app {

/// Whether a word of --style-regions is a colour and not a file.
bool names_colour(const std::filesystem::path& word);

/// Checks what can be told without the maps.
/// \throws Error{InvalidArgument}
void validate_regions(const JobOptions& options);

/// `1 region`, `2 regions`.
std::string counted(size_t count, const std::string& what);

}  // namespace styler::app
