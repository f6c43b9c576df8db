#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/films/frame_record.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/options/film_options.hpp"

namespace styler::app {

/// A film and what is known of its frames.
struct JudgedFilm {
  std::filesystem::path film;  ///< Whose frames are shown.
  FilmReadOptions reading;     ///< How it is read.
  std::vector<FrameRecord> frames;
};

/// Writes one self-contained HTML page: a plot for each figure over the film's time, that of the film itself beside
/// what was painted, and small frames below, as many as there is room for. Works from a file, without a network.
/// Atomic.
/// \param warn  is told where the film can't be read again; the page then has no frames.
/// \throws Error{Output}
void write_film_page(const std::filesystem::path& page, const JudgedFilm& film, const WarningSink& warn);

}  // namespace styler::app
