#pragma once

#include <filesystem>
#include <memory>

#include "styler/core/picture/picture.hpp"
#include "styler/options/film_options.hpp"
#include "styler/video/film/film.hpp"

namespace styler {

/// open_film() for a file.
std::unique_ptr<FilmReader> open_film_file(const std::filesystem::path& film, const FilmReadOptions& options,
                                           const WarningSink& warn);

}  // namespace styler
