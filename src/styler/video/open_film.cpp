#include "styler/video/open_film.hpp"

#include <filesystem>
#include <memory>

#include "styler/core/picture/picture.hpp"
#include "styler/options/film_options.hpp"
#include "styler/video/decode/film_file.hpp"
#include "styler/video/frames/picture_frames.hpp"

namespace styler {

std::unique_ptr<FilmReader> open_film(const std::filesystem::path& film, const FilmReadOptions& options,
                                      const WarningSink& warn) {
  options.validate();
  if (is_picture_frames(film)) return open_picture_frames(film, options, warn);
  return open_film_file(film, options, warn);
}

}  // namespace styler
