#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "styler/core/picture/picture.hpp"
#include "styler/options/film_options.hpp"
#include "styler/video/film/film.hpp"

namespace styler {

/// Whether a film's name stands for pictures: a folder, or a FramePattern that no file is called as.
bool is_picture_frames(const std::filesystem::path& film);

/// The pictures that a folder or a pattern stands for, in the order of frames. \throws Error{Input}
std::vector<std::filesystem::path> files_of_frames(const std::filesystem::path& film, const WarningSink& warn = {});

/// The reader of pictures one after the other: open_film() says more.
std::unique_ptr<FilmReader> open_picture_frames(const std::filesystem::path& film, const FilmReadOptions& options,
                                                const WarningSink& warn);

/// Whether `a` comes before `b` where numbers in names count as numbers: `frame9`, `frame10`.
bool comes_before(std::string_view a, std::string_view b);

/// `frames_a_second` as the time that one frame is shown: 1/25, and 1001/30000 for 29.97.
TimeBase time_base_of_rate(double frames_a_second);

}  // namespace styler
