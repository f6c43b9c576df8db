#include "styler/video/frames/picture_frames.hpp"

#include <ATen/ops/full.h>

#include <filesystem>
#include <string>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/image/image_io.hpp"
#include "styler/video/open_film.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "support/workbench.hpp"

namespace styler {
namespace {

void write_grey(const std::filesystem::path& file, double value, int64_t width = 8) {
  write_picture({at::full({1, 3, 6, width}, value), {}}, file);
}

std::vector<double> greys_of(FilmReader& film) {
  std::vector<double> greys;
  while (const auto frame = film.next()) greys.push_back(frame->picture.colour.mean().item<double>());
  return greys;
}

}  // namespace

TEST_CASE("a folder's pictures follow one another by the numbers in their names", "[video]") {
  const support::TempFolder folder;
  write_grey(folder.path() / "frame10.png", 1);
  write_grey(folder.path() / "frame9.png", 0.6);
  write_grey(folder.path() / "frame2.png", 0.2);
  support::write_bytes(folder.path() / "notes.txt", "no picture");
  FilmReadOptions options;
  options.frame_rate = 10;
  const auto film = open_film(folder.path(), options);
  CHECK(film->info().frames == 3);
  CHECK(film->info().size == Size{6, 8});
  CHECK(film->info().seconds == support::Approx(0.3));
  CHECK(film->info().time_base == TimeBase{1, 10});
  const auto first = film->next();
  REQUIRE(first.has_value());
  CHECK(first->picture.colour.mean().item<double>() == support::Approx(0.2));
  CHECK(first->ticks == 0);
  CHECK(film->skip());
  const auto last = film->next();
  REQUIRE(last.has_value());
  CHECK(last->ticks == 2);
  CHECK(last->seconds == support::Approx(0.2));
  CHECK(last->index == 2);
  CHECK_FALSE(film->next().has_value());
  CHECK_FALSE(film->skip());
}

TEST_CASE("a pattern's pictures come by their numbers, with a word about those that are missing", "[video]") {
  const support::TempFolder folder;
  for (const int number : {3, 4, 6}) {
    write_grey(folder.path() / ("a_00" + std::to_string(number) + ".png"), number / 10.0);
  }
  write_grey(folder.path() / "b_001.png", 1);
  std::vector<std::string> warnings;
  const auto film = open_film(folder.path() / "a_%03d.png", {}, [&](const std::string& w) { warnings.push_back(w); });
  const std::vector<double> greys = greys_of(*film);
  REQUIRE(greys.size() == 3);
  CHECK(greys[0] == support::Approx(0.3).margin(0.01));
  CHECK(greys[1] == support::Approx(0.4).margin(0.01));
  CHECK(greys[2] == support::Approx(0.6).margin(0.01));
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("1 are missing") != std::string::npos);
}

TEST_CASE("of frames only those between two times are read", "[video]") {
  const support::TempFolder folder;
  for (int i = 0; i < 10; ++i) write_grey(folder.path() / (std::to_string(i) + ".png"), i / 10.0);
  FilmReadOptions options;
  options.frame_rate = 10;
  options.start = 0.3;
  options.end = 0.5;
  const auto film = open_film(folder.path(), options);
  CHECK(film->info().frames == 2);
  const auto first = film->next();
  REQUIRE(first.has_value());
  CHECK(first->ticks == 3);
  CHECK(first->index == 0);
  CHECK(first->seconds == support::Approx(0.3));
  CHECK(film->next()->ticks == 4);
  CHECK_FALSE(film->next().has_value());
  options.start = 0.31;
  options.end = 0.39;
  CHECK_THROWS_AS(open_film(folder.path(), options), Error);
  options.start = 1;
  options.end = 0;
  CHECK_THROWS_AS(open_film(folder.path(), options), Error);
}

TEST_CASE("frames of two sizes, folders without pictures and patterns that nothing is called like are refused",
          "[video]") {
  const support::TempFolder folder;
  CHECK_THROWS_AS(open_film(folder.path()), Error);
  CHECK_THROWS_AS(open_film(folder.path() / "%d.png"), Error);
  CHECK_THROWS_AS(open_film(folder.path() / "nowhere" / "%d.png"), Error);
  write_grey(folder.path() / "1.png", 0);
  write_grey(folder.path() / "2.png", 0, 9);
  const auto film = open_film(folder.path());
  CHECK(film->next().has_value());
  CHECK_THROWS_WITH(film->next(), support::contains("2.png") && support::contains("9x6"));
}

TEST_CASE("a frame repeats another one when nothing that is seen changes, however slowly", "[video]") {
  const support::TempFolder folder;
  const std::vector<int> levels{100, 101, 102, 103, 104, 104};  // a slow fade
  for (size_t i = 0; i < levels.size(); ++i) {
    write_grey(folder.path() / (std::to_string(i) + ".png"), levels[i] / 255.0);
  }
  const auto film = open_film(folder.path());
  std::vector<bool> repeats;
  while (const auto frame = film->next()) repeats.push_back(frame->repeats);
  CHECK(repeats == std::vector{false, true, true, false, true, true});
}

TEST_CASE("numbers in names count as numbers", "[video]") {
  CHECK(comes_before("a2", "a10"));
  CHECK_FALSE(comes_before("a10", "a2"));
  CHECK(comes_before("a2b1", "a2b02"));
  CHECK(comes_before("a", "a1"));
  CHECK(comes_before("a01", "a1"));  // as names, where numbers are equal
  CHECK_FALSE(comes_before("a1", "a1"));
}

TEST_CASE("a rate is the time of one frame", "[video]") {
  CHECK(time_base_of_rate(25) == TimeBase{1, 25});
  CHECK(time_base_of_rate(29.97) == TimeBase{1001, 30000});
  CHECK(time_base_of_rate(23.976) == TimeBase{1001, 24000});
  CHECK(time_base_of_rate(59.94) == TimeBase{1001, 60000});
  CHECK(time_base_of_rate(12.5) == TimeBase{1000, 12500});
  CHECK(time_base_of_rate(24) == TimeBase{1, 24});
}

}  // namespace styler
