#include <ATen/TensorOperators.h>
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

using support::TempFolder;

/// Four fields with a level that tells the frame.
Picture painted(int frame, Size size, bool transparent = false) {
  Picture picture{at::full({1, 3, size.height, size.width}, 0.1), {}};
  const double level = 0.5 + 0.02 * frame;
  const int64_t y = size.height / 2, x = size.width / 2;
  const auto fill = [&](int64_t channel, int64_t top, int64_t left) {
    picture.colour.select(1, channel)
        .slice(1, top, top == 0 ? y : size.height)
        .slice(2, left, left == 0 ? x : size.width)
        .fill_(level);
  };
  fill(0, 0, 0);
  fill(1, 0, x);
  fill(2, y, 0);
  fill(0, y, x);
  fill(1, y, x);
  if (transparent) {
    picture.alpha = at::full({1, 1, size.height, size.width}, 1.0);
    picture.alpha.slice(3, x).fill_(0);
  }
  return picture;
}

struct Written {
  std::vector<FilmSegment> segments;
  std::vector<int64_t> ticks;
};

/// A film of segments of four frames each, whose times are not regular.
Written written(const std::filesystem::path& folder, const FilmFormat& format, const FilmWriteOptions& options,
                int frames = 10, const std::string& name = "part") {
  Written result;
  int64_t ticks = 1000;
  for (int frame = 0; frame < frames;) {
    const auto file = folder / (name + std::to_string(frame) + ".mkv");
    const auto segment = open_segment(file, format, options);
    for (int i = 0; i < 4 && frame < frames; ++i, ++frame) {
      segment->add(painted(frame, format.size, format.has_alpha), ticks);
      result.ticks.push_back(ticks);
      ticks += 3000 + 7 * frame;
    }
    result.segments.push_back(segment->close());
  }
  return result;
}

struct Codec {
  const char* codec;
  const char* extension;
  const char* pixel_format = "";
};
const std::vector<Codec>& codecs() {
  static const std::vector<Codec> all{{"libx264", ".mp4"},   {"h264", ".mkv", "yuv444p"},       {"libx265", ".mov"},
                                      {"libsvtav1", ".mp4"}, {"libvpx-vp9", ".webm"},           {"prores_ks", ".mov"},
                                      {"ffv1", ".mkv"},      {"libx265", ".mkv", "yuv420p10le"}};
  return all;
}

bool is_there(const Codec& codec) {
  const std::string name = codec.codec == std::string("h264") ? "libx264" : codec.codec;
  return avcodec_find_encoder_by_name(name.c_str()) != nullptr;
}

std::string refusal(const std::filesystem::path& output, const FilmWriteOptions& options, Size size = {48, 64}) {
  return support::message_of(ErrorCode::InvalidArgument, [&] { check_film_writable(output, {size}, options); });
}

}  // namespace

TEST_CASE("a film has the colours and the times of the frames that were given, in every codec", "[video]") {
  for (const Codec& codec : codecs()) {
    if (!is_there(codec)) continue;
    CAPTURE(codec.codec, codec.extension, codec.pixel_format);
    const TempFolder folder;
    FilmWriteOptions options;
    options.codec = codec.codec;
    options.pixel_format = codec.pixel_format;
    const FilmFormat format{{96, 128}, false, {1, 90'000}, 30};
    const Written film = written(folder.path(), format, options);
    FilmJoin join;
    join.segments = film.segments;
    join.time_base = format.time_base;
    const auto output = folder / (std::string("film") + codec.extension);
    join_film(join, output);
    const auto reader = open_film(output);
    CHECK(reader->info().size == format.size);
    std::vector<double> seconds;
    for (int number = 0; const auto frame = reader->next(); ++number) {
      seconds.push_back(frame->seconds);
      const double level = 0.5 + 0.02 * number;
      const auto red = support::colour_at(frame->picture.colour, 0.25, 0.25);
      CAPTURE(number, red[0], red[1], red[2]);
      CHECK(support::is_near(red, {level, 0.1, 0.1}, 4.0 / 255));
      CHECK(support::is_near(support::colour_at(frame->picture.colour, 0.25, 0.75), {0.1, 0.1, level}, 4.0 / 255));
    }
    REQUIRE(seconds.size() == film.ticks.size());
    // Matroska counts milliseconds; the others are right to the tick.
    const double most = codec.extension == std::string(".mp4") || codec.extension == std::string(".mov") ? 1e-6 : 6e-4;
    for (size_t i = 0; i < seconds.size(); ++i) {
      CHECK(std::abs(seconds[i] - static_cast<double>(film.ticks[i] - film.ticks[0]) / 90'000) < most);
    }
    if (most > 1e-6) continue;  // Matroska's packets have but one time
    const auto packets = support::packets_of(output);
    for (size_t i = 0; i < packets.at(0).dts.size(); ++i) {
      CHECK(packets[0].dts[i] <= packets[0].pts[i] + 1e-9);
      if (i > 0) CHECK(packets[0].dts[i] > packets[0].dts[i - 1]);
    }
  }
}

TEST_CASE("the same frames are the same bytes, in segments and in the film", "[video]") {
  for (const Codec& codec : codecs()) {
    if (!is_there(codec)) continue;
    CAPTURE(codec.codec, codec.extension);
    const TempFolder folder;
    FilmWriteOptions options;
    options.codec = codec.codec;
    options.pixel_format = codec.pixel_format;
    FilmJoin join;
    std::string first;
    for (const char* const name : {"one", "two"}) {
      const Written film = written(folder.path(), {{96, 128}, false, {1, 90'000}, 30}, options, 6, name);
      join.segments = film.segments;
      const auto output = folder / (std::string(name) + codec.extension);
      join_film(join, output);
      const std::string bytes = support::read_bytes(output) + support::read_bytes(film.segments[0].file);
      if (first.empty()) first = bytes;
      CHECK(bytes == first);
    }
  }
}

TEST_CASE("alpha is kept by the codecs that can, and else the background shows through, which is told", "[video]") {
  for (const Codec& codec : codecs()) {
    if (!is_there(codec) || codec.pixel_format[0] != '\0') continue;
    CAPTURE(codec.codec, codec.extension);
    const std::string name = codec.codec;
    const bool keeps = name == "ffv1" || name == "libvpx-vp9" || name == "prores_ks";
    const TempFolder folder;
    FilmWriteOptions options;
    options.codec = codec.codec;
    options.background = {0, 0, 1};
    const FilmFormat format{{96, 128}, true, {1, 90'000}, 30};
    std::vector<std::string> notes;
    check_film_writable({}, format, options, {}, [&notes](const std::string& note) { notes.push_back(note); });
    CHECK(notes.size() == (keeps ? 0 : 1));
    FilmJoin join;
    join.segments = written(folder.path(), format, options, 2).segments;
    join_film(join, folder / (std::string("film") + codec.extension));
    const auto reader = open_film(folder / (std::string("film") + codec.extension));
    const auto frame = reader->next();
    REQUIRE(frame.has_value());
    CHECK(reader->info().has_alpha == keeps);
    if (keeps) {
      REQUIRE(frame->picture.alpha.defined());
      CHECK(frame->picture.alpha.slice(3, 0, 56).min().item<double>() > 0.97);
      CHECK(frame->picture.alpha.slice(3, 72).max().item<double>() < 0.03);
    } else {
      CHECK(support::is_near(support::colour_at(frame->picture.colour, 0.8, 0.5), {0, 0, 1}, 4.0 / 255));
    }
  }
}

TEST_CASE("frames of an odd size get their last row and column twice where colours are halved", "[video]") {
  const TempFolder folder;
  const FilmFormat format{{95, 127}, false, {1, 90'000}, 30};
  FilmJoin join;
  join.segments = written(folder.path(), format, {}, 2).segments;
  join_film(join, folder / "film.mp4");
  CHECK(open_film(folder / "film.mp4")->info().size == Size{96, 128});
  FilmWriteOptions lossless;
  lossless.codec = "ffv1";
  join.segments = written(folder.path(), format, lossless, 2).segments;
  join_film(join, folder / "film.mkv");
  const auto reader = open_film(folder / "film.mkv");
  CHECK(reader->info().size == format.size);
  const at::Tensor apart = (reader->next()->picture.colour - painted(0, format.size).colour).abs();
  CHECK(apart.max().item<double>() < 0.6 / 255);
}

TEST_CASE("a segment is there whole or not at all", "[video]") {
  const TempFolder folder;
  {
    const auto abandoned = open_segment(folder / "part.mkv", {{48, 64}});
    abandoned->add(painted(0, {48, 64}), 0);
  }
  CHECK(folder.names().empty());
  CHECK_THROWS_AS(open_segment(folder / "none" / "part.mkv", {{48, 64}}), Error);
  const auto segment = open_segment(folder / "part.mkv", {{48, 64}});
  segment->add(painted(0, {48, 64}), 5);
  segment->add(painted(1, {48, 64}), 9);
  const FilmSegment closed = segment->close();
  CHECK(closed.ticks == std::vector<int64_t>{5, 9});
  CHECK(folder.names() == std::vector<std::string>{"part.mkv"});
  const auto reader = open_film(folder / "part.mkv");  // it plays
  int frames = 0;
  while (reader->skip()) ++frames;
  CHECK(frames == 2);
}

TEST_CASE("options that an encoder refuses are told in a sentence before anything is painted", "[video]") {
  const TempFolder folder;
  const auto with = [](auto change) {
    FilmWriteOptions options;
    change(options);
    return options;
  };
  const auto film = folder / "film.mp4";
  CHECK_NOTHROW(check_film_writable(film, {{48, 64}}));
  CHECK(refusal(film, with([](auto& o) { o.codec = "libx246"; })).find("did you mean 'libx264'") != std::string::npos);
  CHECK(refusal(film, with([](auto& o) { o.codec = "aac"; })).find("--codec") != std::string::npos);
  CHECK(refusal(film, with([](auto& o) { o.pixel_format = "yuv999p"; })).find("yuv420p") != std::string::npos);
  CHECK(refusal(film, with([](auto& o) { o.encoder_options = {"nonsense=1"}; })).find("nonsense") != std::string::npos);
  CHECK(refusal(film, with([](auto& o) { o.encoder_options = {"preset=nonsense"}; })).find("options") !=
        std::string::npos);
  CHECK(refusal(film, with([](auto& o) { o.encoder_options = {"preset"}; })).find("key=value") != std::string::npos);
  CHECK(refusal(film, with([](auto& o) { o.codec = "ffv1", o.crf = 3; })).find("--crf") != std::string::npos);
  CHECK(refusal(film, with([](auto& o) { o.crf = 99; })).find("--crf") != std::string::npos);
  CHECK(refusal(folder / "film.webm", {}).find(".mkv") != std::string::npos);
  CHECK(refusal(folder / "film.mp4", with([](auto& o) { o.codec = "prores"; })).find(".mkv") != std::string::npos);
  CHECK(refusal(folder / "film.mpg", {}).find(".mp4, .m4v, .mov, .mkv or .webm") != std::string::npos);
  CHECK(refusal(folder / "film", {}).find(".mp4") != std::string::npos);
  CHECK_THROWS_AS(check_film_writable(folder / "none" / "film.mp4", {{48, 64}}), Error);
  CHECK(folder.names().empty());
}

}  // namespace styler
