#pragma once

#include <string_view>

namespace styler::app {

// Each is compiled in with its style sheet and script.

/// gallery.html, of many results in a table of content × style.
std::string_view gallery_page();
/// commands/evaluate/scores.html, of results beside what they are compared with.
std::string_view scores_page();
/// films/film.html, of the figures of a film's frames.
std::string_view film_page();

/// What stands in each of them where the data belong, once.
inline constexpr std::string_view kPageDataMark = "{{page data}}";

}  // namespace styler::app
