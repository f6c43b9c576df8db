#include <ATen/ops/full.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/video/film/film_output.hpp"
#include "styler/video/open_film.hpp"
#include "support/catch.hpp"
#include "support/clips.hpp"
#include "support/temp_folder.hpp"
#include "support/workbench.hpp"

namespace styler {
namespace {

using support::Clip;
using support::Packets;
using support::TempFolder;

/// Reads a film and puts what was read into segments of three frames.
FilmJoin passed(const std::filesystem::path& source, const std::filesystem::path& folder,
                const FilmReadOptions& options = {}) {
  const auto reader = open_film(source, options);
  const FilmInfo& info = reader->info();
  FilmJoin join;
  join.source = source;
  join.time_base = info.time_base;
  join.start = options.start;
  join.end = options.end;
  while (auto frame = reader->next()) {
    const auto file = folder / ("part" + std::to_string(join.segments.size()) + ".mkv");
    const auto segment = open_segment(file, {info.size, info.has_alpha, info.time_base, info.frame_rate});
    segment->add(frame->picture, frame->ticks);
    for (int i = 0; i < 2 && (frame = reader->next()); ++i) segment->add(frame->picture, frame->ticks);
    join.segments.push_back(segment->close());
  }
  return join;
}

/// A film with a tone, chapters and words, that begins at 1.5 s on its own clock and has no regular times.
Clip film_with_everything() {
  Clip clip;
  clip.frames = 20;
  clip.time_base = {1, 1000};
  for (int i = 0; i < clip.frames; ++i) clip.ticks.push_back(1500 + i * 40 + (i % 3) * 7);
  clip.sound = 1;
  clip.words = {{"title", "Grüße"}, {"location", "+52.5+13.4/"}};
  clip.chapters = {{1.5, 1.9}, {1.9, 2.3}};
  return clip;
}

}  // namespace

TEST_CASE("everything but the picture is as in the source, and at the same time", "[video]") {
  const TempFolder folder;
  support::make_clip(folder / "clip.mkv", film_with_everything());
  const FilmJoin join = passed(folder / "clip.mkv", folder.path());
  REQUIRE(join.segments.size() == 7);
  for (const char* const name : {"film.mkv", "film.mov"}) {
    CAPTURE(name);
    join_film(join, folder / name);
    const auto source = support::packets_of(folder / "clip.mkv"), film = support::packets_of(folder / name);
    REQUIRE(film.size() == 2);
    CHECK(film[1].kind == AVMEDIA_TYPE_AUDIO);
    CHECK(film[1].codec == AV_CODEC_ID_PCM_S16LE);
    std::string before, after;
    for (const std::string& bytes : source[1].bytes) before += bytes;
    for (const std::string& bytes : film[1].bytes) after += bytes;
    CHECK(after == before);
    CHECK(film[1].pts.at(0) == support::Approx(0).margin(1e-3));
    const auto reader = open_film(folder / name);
    const auto first = open_film(folder / "clip.mkv");
    while (const auto frame = reader->next()) {
      const auto shown = first->next();
      REQUIRE(shown.has_value());
      CHECK(frame->seconds == support::Approx(shown->seconds).margin(2e-3));
    }
    CHECK(support::word_of(folder / name, "title") == "Grüße");
    CHECK(support::word_of(folder / name, "location").empty());
    const auto chapters = support::chapters_of(folder / name);
    REQUIRE(chapters.size() == 2);
    CHECK(chapters[1].first == support::Approx(0.4).margin(2e-3));
  }
}

TEST_CASE("what is cut from a film has the sound of the same time", "[video]") {
  const TempFolder folder;
  support::make_clip(folder / "clip.mkv", film_with_everything());
  FilmReadOptions options;
  options.start = 0.2;
  options.end = 0.6;
  const FilmJoin join = passed(folder / "clip.mkv", folder.path(), options);
  join_film(join, folder / "film.mkv");
  const auto film = support::packets_of(folder / "film.mkv");
  REQUIRE(film.size() == 2);
  CHECK(film[0].pts.front() == support::Approx(0).margin(1e-3));
  CHECK(film[1].pts.front() >= 0);
  CHECK(film[1].pts.front() < 0.051);
  CHECK(film[1].pts.back() < 0.4);
  CHECK(film[1].pts.back() > 0.3);
  const auto chapters = support::chapters_of(folder / "film.mkv");
  REQUIRE(chapters.size() == 2);
  CHECK(chapters[0].first == support::Approx(0).margin(1e-3));
  CHECK(chapters[1].second <= 0.401);
}

TEST_CASE("sound that is not wanted is left out in silence, and what a container can't hold is told of", "[video]") {
  const TempFolder folder;
  support::make_clip(folder / "clip.mkv", film_with_everything());
  FilmJoin join = passed(folder / "clip.mkv", folder.path());
  std::vector<std::string> notes;
  const auto note = [&notes](const std::string& sentence) { notes.push_back(sentence); };
  join_film(join, folder / "film.mp4", note);
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].find("sound (pcm_s16le, ger)") != std::string::npos);
  CHECK(support::packets_of(folder / "film.mp4").size() == 1);
  join.with_sound = false;
  join_film(join, folder / "silent.mkv", note);
  CHECK(notes.size() == 1);
  CHECK(support::packets_of(folder / "silent.mkv").size() == 1);
}

TEST_CASE("a film is written upright and of square pixels, whatever its source was like", "[video]") {
  const TempFolder folder;
  Clip clip;
  clip.codec = "mpeg4";
  clip.format = AV_PIX_FMT_YUV420P;
  clip.matrix = AVCOL_SPC_SMPTE170M;
  clip.turn = {0, 1, -1, 0};
  clip.pixel_shape = {4, 3};
  clip.sound = 0.3;
  support::make_clip(folder / "clip.mov", clip);
  join_film(passed(folder / "clip.mov", folder.path()), folder / "film.mov");
  const auto reader = open_film(folder / "film.mov");
  CHECK(reader->info().size == Size{86, 48});
  CHECK(reader->info().stored_size == Size{86, 48});
  CHECK(reader->info().has_sound);
  const auto frame = reader->next();
  REQUIRE(frame.has_value());  // turned clockwise: what was below at the left is above at the left
  CHECK(support::is_near(support::colour_at(frame->picture.colour, 0.25, 0.25), {0.1, 0.1, 0.5}, 8.0 / 255));
}

TEST_CASE("parts that are damaged, or were encoded otherwise, are told by their names, and nothing is written",
          "[video]") {
  const TempFolder folder;
  Clip clip;
  clip.frames = 9;
  support::make_clip(folder / "clip.mkv", clip);
  const FilmJoin join = passed(folder / "clip.mkv", folder.path());
  const std::string whole = support::read_bytes(folder / "part1.mkv");
  const auto refusal = [&] {
    return support::message_of(ErrorCode::Input, [&] { join_film(join, folder / "film.mp4"); });
  };
  support::write_bytes(folder / "part1.mkv", whole.substr(0, whole.size() / 3));
  CHECK(refusal().find("part1.mkv") != std::string::npos);
  support::write_bytes(folder / "part1.mkv", "nothing");
  CHECK(refusal().find("part1.mkv") != std::string::npos);
  FilmWriteOptions others;
  others.pixel_format = "yuv444p";
  const auto segment = open_segment(folder / "part1.mkv", {{48, 64}, false, join.time_base, 25}, others);
  for (const int64_t ticks : join.segments[1].ticks) segment->add({at::full({1, 3, 48, 64}, 0.5), {}}, ticks);
  static_cast<void>(segment->close());
  CHECK(refusal().find("other options") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder / "film.mp4"));
  for (const std::string& name : folder.names()) CHECK(name.find(".tmp") == std::string::npos);
}

}  // namespace styler
