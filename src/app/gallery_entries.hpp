#pragma once

#include <vector>

#include "app/batch_record.hpp"
#include "app/gallery.hpp"

namespace styler::app {

/// One entry for each job that has a picture, with what the picture's parameters tell.
std::vector<GalleryEntry> gallery_entries(const std::vector<JobOutcome>& outcomes);

}  // namespace styler::app
