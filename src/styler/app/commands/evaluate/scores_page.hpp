#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/commands/evaluate/options.hpp"
#include "styler/app/commands/evaluate/scores.hpp"

namespace styler::app {

/// Writes one self-contained HTML page: the table of means and distances, and below it every picture beside its photo
/// and its painting, the worst ones first; by another figure when its heading is chosen. Works from a file, without a
/// network. Pictures are embedded as small JPEGs, the smaller the more there are. Atomic.
/// \returns why pictures were left out of it, one sentence for each.
/// \throws Error{Output}
std::vector<std::string> write_scores_page(const std::filesystem::path& page, const Scores& scores,
                                           const EvaluateOptions& options);

}  // namespace styler::app
