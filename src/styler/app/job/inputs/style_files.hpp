#pragma once

#include <filesystem>
#include <vector>

#include "styler/app/job/options/job_options.hpp"
#include "styler/core/picture/picture.hpp"

namespace styler::app {

/// The pictures of one --style.
struct StyleFiles {
  std::vector<std::filesystem::path> files;  ///< Of a folder those in it, in the order of their names; else one.
  double share = 1.0;                        ///< Of all of them together, beside the other styles.
  double scale = 1.0;                        ///< Multiplies StylizeOptions::style_scale.
};

/// What --style, --style-blend and --style-scale say, with folders looked into: not below, and no hidden files.
/// \throws Error{Input} for a folder without pictures, Error{InvalidArgument} for one that results go to, or where
///         there is but one picture and the options want several.
std::vector<StyleFiles> style_files(const JobOptions& options, const WarningSink& warn = {});

}  // namespace styler::app
