#include "styler/app/films/survey.hpp"

#include "support/catch.hpp"

using namespace styler;
using namespace styler::app;

TEST_CASE("A shot ends where the next begins, and the last with the film", "[video]") {
  const FilmSurvey survey{{0, 5, 9}, 12, 0};
  CHECK(survey.begins_shot(5));
  CHECK_FALSE(survey.begins_shot(6));
  CHECK(survey.end_of_shot(0) == 5);
  CHECK(survey.end_of_shot(5) == 9);
  CHECK(survey.end_of_shot(11) == 12);
}
