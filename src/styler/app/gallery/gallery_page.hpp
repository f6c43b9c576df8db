#pragma once

#include <string_view>

namespace styler::app {

/// gallery.html with its style sheet and script, compiled in.
std::string_view gallery_page();

/// What stands in gallery_page() where the data belong, once.
inline constexpr std::string_view kGalleryDataMark = "{{gallery data}}";

}  // namespace styler::app
