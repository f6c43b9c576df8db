#pragma once

#include <vector>

#include "styler/app/commands/batch/record.hpp"
#include "styler/app/gallery/page.hpp"

namespace styler::app {

/// One entry for each job that has a picture, with what the picture's parameters tell.
std::vector<GalleryEntry> gallery_entries(const std::vector<JobOutcome>& outcomes);

}  // namespace styler::app
