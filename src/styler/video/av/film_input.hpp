#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/video/av/av.hpp"

namespace styler {

/// A film's container, open for reading.
struct FilmInput {
  av::Input container;
  AVStream* picture = nullptr;  ///< The stream that is seen.

  /// What the film's clock shows at its beginning, in seconds.
  double start() const;
};

/// Opens a film, and finds out what is in it. Only containers of films are tried, and of those none that names other
/// files.
/// \throws Error{Input} naming the file and the reason: missing, no film, without a moving picture.
FilmInput open_film_input(const std::filesystem::path& film);

/// \throws Error{Input}
[[noreturn]] void refuse_film(const std::filesystem::path& film, const std::string& reason);

/// `sound (aac, ger)`: a stream as people call it.
std::string stream_text(const AVStream& stream);

/// Whether a stream is a still picture that stands for the film: a cover.
bool is_cover(const AVStream& stream);

}  // namespace styler
