#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/video/decode/film_file.hpp"
#include "styler/video/film/film.hpp"
#include "styler/video/film/film_output.hpp"

namespace styler {
namespace {

[[noreturn]] void throw_without_ffmpeg(const std::filesystem::path& film) {
  throw Error(ErrorCode::Installation,
              "the film " + quoted(film) +
                  " can't be read or written, since this styler was built without FFmpeg's libraries; use a folder of "
                  "pictures, or build it where libavformat-dev, libavcodec-dev, libavutil-dev and libswscale-dev are");
}

}  // namespace

std::unique_ptr<FilmReader> open_film_file(const std::filesystem::path& film, const FilmReadOptions& /*options*/,
                                           const WarningSink& /*warn*/) {
  throw_without_ffmpeg(film);
}

std::string ffmpeg_version() { return {}; }

std::unique_ptr<SegmentWriter> open_segment(const std::filesystem::path& file, const FilmFormat& /*format*/,
                                            const FilmWriteOptions& /*options*/, const WarningSink& /*warn*/) {
  throw_without_ffmpeg(file);
}

void join_film(const FilmJoin& /*join*/, const std::filesystem::path& output, const WarningSink& /*warn*/) {
  throw_without_ffmpeg(output);
}

void check_film_writable(const std::filesystem::path& output, const FilmFormat& /*format*/,
                         const FilmWriteOptions& /*options*/, const std::filesystem::path& /*source*/,
                         const WarningSink& /*warn*/) {
  throw_without_ffmpeg(output);
}

std::vector<std::string> film_codecs() { return {}; }

const std::vector<std::string>& film_extensions() {
  static const std::vector<std::string> none;
  return none;
}

}  // namespace styler
