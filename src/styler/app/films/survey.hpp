#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "styler/options/film_options.hpp"

namespace styler::app {

/// What a first look at the whole film tells, which takes a small part of the time that painting does.
struct FilmSurvey {
  std::vector<int64_t> shots;  ///< The index of each shot's first frame; the first is 0.
  int64_t frames = 0;
  int64_t repeats = 0;  ///< Of these show what the one before them does.

  bool begins_shot(int64_t index) const;
  /// The index behind the last frame of the shot that `index` is in.
  int64_t end_of_shot(int64_t index) const;
};

/// \param told  is called with the number of frames seen so far; returns false to end it.
/// \throws Error{Input} for what can't be read, and a film without a frame between --start and --end.
FilmSurvey survey_film(const std::filesystem::path& content, FilmReadOptions reading,
                       const std::function<bool(int64_t frames)>& told);

}  // namespace styler::app
