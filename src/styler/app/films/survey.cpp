#include "styler/app/films/survey.hpp"

#include <algorithm>
#include <iterator>

#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/video/motion/shots.hpp"
#include "styler/video/open_film.hpp"

namespace styler::app {
namespace {

/// Small frames are soon read, and large enough to tell shots apart.
constexpr int64_t kSurveyEdge = 128;

}  // namespace

bool FilmSurvey::begins_shot(int64_t index) const { return std::ranges::binary_search(shots, index); }

int64_t FilmSurvey::end_of_shot(int64_t index) const {
  const auto next = std::ranges::upper_bound(shots, index);
  return next == shots.end() ? frames : *next;
}

FilmSurvey survey_film(const std::filesystem::path& content, FilmReadOptions reading,
                       const std::function<bool(int64_t frames)>& told) {
  reading.long_edge = kSurveyEdge;
  const auto film = open_film(content, reading);
  ShotFinder finder;
  FilmSurvey survey;
  while (const auto frame = film->next()) {
    finder.add(frame->picture.colour);
    ++survey.frames;
    survey.repeats += frame->repeats ? 1 : 0;
    if (!told(survey.frames)) break;
  }
  if (survey.frames == 0) {
    throw Error(ErrorCode::Input,
                "film " + quoted(content) + " has no frame between --start and --end; give other times, or none");
  }
  std::ranges::copy(finder.beginnings(), std::back_inserter(survey.shots));
  return survey;
}

}  // namespace styler::app
