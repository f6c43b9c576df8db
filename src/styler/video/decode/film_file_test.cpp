#include "styler/video/decode/film_file.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/video/open_film.hpp"
#include "support/catch.hpp"
#include "support/clips.hpp"
#include "support/temp_folder.hpp"
#include "support/workbench.hpp"

namespace styler {
namespace {

using support::Clip;
using support::make_clip;
using support::TempFolder;

struct ReadFilm {
  FilmInfo info;
  std::vector<FilmFrame> frames;
  std::vector<std::string> notes;
};

ReadFilm read_film(const std::filesystem::path& file, const FilmReadOptions& options = {}) {
  ReadFilm read;
  const auto film = open_film(file, options, [&read](const std::string& note) { read.notes.push_back(note); });
  read.info = film->info();
  while (auto frame = film->next()) read.frames.push_back(std::move(*frame));
  return read;
}

std::vector<int64_t> ticks_of(const ReadFilm& film) {
  std::vector<int64_t> ticks;
  for (const FilmFrame& frame : film.frames) ticks.push_back(frame.ticks);
  return ticks;
}

bool tells(const ReadFilm& film, const std::string& word) {
  for (const std::string& note : film.notes) {
    if (note.find(word) != std::string::npos) return true;
  }
  return false;
}

/// The colour of a field in a frame, by where it is stored.
std::array<double, 3> field(int frame, double x, double y) {
  const auto colour = support::four_fields(frame, x, y);
  return {colour[0], colour[1], colour[2]};
}

}  // namespace

TEST_CASE("colours come by the matrix, range and depth that they are tagged with", "[video]") {
  const TempFolder folder;
  struct Kind {
    AVColorSpace matrix;
    AVColorRange range;
    AVPixelFormat format;
    bool is_tagged;
  };
  const std::vector<Kind> kinds{{AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, AV_PIX_FMT_YUV420P, true},
                                {AVCOL_SPC_BT709, AVCOL_RANGE_JPEG, AV_PIX_FMT_YUV420P, true},
                                {AVCOL_SPC_SMPTE170M, AVCOL_RANGE_MPEG, AV_PIX_FMT_YUV422P, true},
                                {AVCOL_SPC_BT470BG, AVCOL_RANGE_JPEG, AV_PIX_FMT_YUV444P, true},
                                {AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, AV_PIX_FMT_YUV420P10, true},
                                {AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, AV_PIX_FMT_YUV444P16, true},
                                {AVCOL_SPC_SMPTE170M, AVCOL_RANGE_MPEG, AV_PIX_FMT_YUV420P, false},
                                {AVCOL_SPC_RGB, AVCOL_RANGE_JPEG, AV_PIX_FMT_BGR0, true},
                                {AVCOL_SPC_RGB, AVCOL_RANGE_JPEG, AV_PIX_FMT_GBRP16, false}};
  for (const Kind& kind : kinds) {
    CAPTURE(kind.matrix, kind.range, av_get_pix_fmt_name(kind.format), kind.is_tagged);
    Clip clip;
    clip.frames = 2;
    clip.matrix = kind.matrix;
    clip.range = kind.range;
    clip.format = kind.format;
    clip.is_tagged = kind.is_tagged;
    make_clip(folder / "clip.mkv", clip);
    const ReadFilm film = read_film(folder / "clip.mkv");
    REQUIRE(film.frames.size() == 2);
    for (const double x : {0.25, 0.75}) {
      for (const double y : {0.25, 0.75}) {
        CHECK(support::is_near(support::colour_at(film.frames[1].picture.colour, x, y), field(1, x, y)));
      }
    }
  }
}

TEST_CASE("what is not tagged is taken for BT.709 where it is large, as players do", "[video]") {
  const TempFolder folder;
  Clip clip;
  clip.width = 1280;
  clip.height = 16;
  clip.frames = 1;
  clip.is_tagged = false;
  make_clip(folder / "clip.mkv", clip);
  const ReadFilm film = read_film(folder / "clip.mkv");
  REQUIRE(film.frames.size() == 1);
  CHECK(support::is_near(support::colour_at(film.frames[0].picture.colour, 0.25, 0.25), field(0, 0.25, 0.25)));
}

TEST_CASE("frames come upright, whichever of eight ways the container turns them", "[video]") {
  const TempFolder folder;
  const std::vector<std::array<int, 4>> turns{{1, 0, 0, 1}, {-1, 0, 0, 1}, {-1, 0, 0, -1}, {1, 0, 0, -1},
                                              {0, 1, 1, 0}, {0, 1, -1, 0}, {0, -1, -1, 0}, {0, -1, 1, 0}};
  for (const auto& turn : turns) {
    CAPTURE(turn[0], turn[1], turn[2], turn[3]);
    Clip clip;
    clip.codec = "mpeg4";
    clip.format = AV_PIX_FMT_YUV420P;
    clip.matrix = AVCOL_SPC_SMPTE170M;
    clip.frames = 1;
    clip.turn = turn;
    make_clip(folder / "clip.mov", clip);
    const ReadFilm film = read_film(folder / "clip.mov");
    REQUIRE(film.frames.size() == 1);
    const bool sideways = turn[0] == 0;
    CHECK(film.info.size == (sideways ? Size{64, 48} : Size{48, 64}));
    for (const double x : {-0.25, 0.25}) {
      for (const double y : {-0.25, 0.25}) {  // from the middle: where the stored pixel is seen
        const double seen_x = 0.5 + turn[0] * x + turn[2] * y, seen_y = 0.5 + turn[1] * x + turn[3] * y;
        CHECK(support::is_near(support::colour_at(film.frames[0].picture.colour, seen_x, seen_y),
                               field(0, 0.5 + x, 0.5 + y), 6.0 / 255));  // the codec's own loss
      }
    }
  }
}

TEST_CASE("every frame keeps its own time, to the tick", "[video]") {
  const TempFolder folder;
  Clip clip;
  clip.format = AV_PIX_FMT_YUV420P;
  clip.time_base = {1, 90'000};
  clip.ticks = {0, 3003, 6006, 20'000, 20'001, 33'333, 90'000, 91'001};
  make_clip(folder / "clip.mov", clip);
  const ReadFilm film = read_film(folder / "clip.mov");
  CHECK(ticks_of(film) == clip.ticks);
  CHECK(film.info.time_base == TimeBase{1, 90'000});
  CHECK(film.frames[6].seconds == support::Approx(1));
}

TEST_CASE("frames of pixels that are not square are scaled to square ones, and to the edge that is asked for",
          "[video]") {
  const TempFolder folder;
  Clip clip;
  clip.pixel_shape = {2, 1};
  clip.frames = 1;
  make_clip(folder / "clip.mkv", clip);
  CHECK(read_film(folder / "clip.mkv").info.size == Size{48, 128});
  FilmReadOptions options;
  options.long_edge = 64;
  const ReadFilm small = read_film(folder / "clip.mkv", options);
  CHECK(small.info.size == Size{24, 64});
  CHECK(small.frames.at(0).picture.colour.sizes() == at::IntArrayRef({1, 3, 24, 64}));
  CHECK(small.info.stored_size == Size{48, 64});
}

TEST_CASE("transparent frames come with alpha, and without colours that nobody sees", "[video]") {
  const TempFolder folder;
  struct Kind {
    const char* file;
    const char* codec;
    AVPixelFormat format;
  };
  for (const Kind& kind :
       {Kind{"clip.mkv", "ffv1", AV_PIX_FMT_BGRA}, Kind{"clip.mkv", "ffv1", AV_PIX_FMT_YUVA420P},
        Kind{"clip.mov", "qtrle", AV_PIX_FMT_ARGB}, Kind{"clip.mov", "png", AV_PIX_FMT_RGBA},
        Kind{"clip.mov", "prores_ks", AV_PIX_FMT_YUVA444P10}, Kind{"clip.webm", "libvpx-vp9", AV_PIX_FMT_YUVA420P}}) {
    if (avcodec_find_encoder_by_name(kind.codec) == nullptr) continue;
    CAPTURE(kind.codec, av_get_pix_fmt_name(kind.format));
    Clip clip;
    clip.codec = kind.codec;
    clip.format = kind.format;
    clip.frames = 2;
    clip.colour = [](int /*frame*/, double x, double /*y*/) {
      return x < 0.5 ? std::array{0.8, 0.2, 0.2, 1.0} : std::array{0.0, 0.0, 1.0, 0.0};
    };
    make_clip(folder / kind.file, clip);
    const ReadFilm film = read_film(folder / kind.file);
    REQUIRE(film.frames.size() == 2);
    CHECK(film.info.has_alpha);
    const Picture& picture = film.frames[0].picture;
    REQUIRE(picture.alpha.defined());
    CHECK(picture.alpha.slice(3, 0, 24).min().item<double>() > 0.98);
    CHECK(picture.alpha.slice(3, 40, 64).max().item<double>() < 0.02);
    const auto seen = support::colour_at(picture.colour, 0.2, 0.5);
    CAPTURE(seen[0], seen[1], seen[2]);
    CHECK(support::is_near(seen, {0.8, 0.2, 0.2}, 8.0 / 255));
    CHECK(support::colour_at(picture.colour, 0.9, 0.5)[2] < 0.5);
  }
}

TEST_CASE("of a film only the frames between two times are read, and they are the same", "[video]") {
  const TempFolder folder;
  for (const char* const name : {"clip.mkv", "clip.mov", "clip.ts", "clip.avi"}) {
    CAPTURE(name);
    Clip clip;
    clip.codec = "mpeg4";
    clip.format = AV_PIX_FMT_YUV420P;
    clip.frames = 100;
    make_clip(folder / name, clip);
    const ReadFilm whole = read_film(folder / name);
    REQUIRE(whole.frames.size() == 100);
    FilmReadOptions options;
    options.start = 2.4;
    options.end = 2.6;
    const ReadFilm part = read_film(folder / name, options);
    REQUIRE(part.frames.size() == 5);
    for (size_t i = 0; i < part.frames.size(); ++i) {
      CHECK(part.frames[i].ticks == whole.frames[60 + i].ticks);
      CHECK(part.frames[i].index == static_cast<int64_t>(i));
      CHECK(part.frames[i].picture.colour.equal(whole.frames[60 + i].picture.colour));
    }
    options.start = 2.41;
    options.end = 2.43;
    CHECK(support::message_of(ErrorCode::Input, [&] { read_film(folder / name, options); }).find("no new frame") !=
          std::string::npos);
    options.start = 5;
    options.end = 0;
    CHECK(support::message_of(ErrorCode::Input, [&] { read_film(folder / name, options); }).find("--start") !=
          std::string::npos);
  }
}

TEST_CASE("frames that are gone past are not there, and the others are what they were", "[video]") {
  const TempFolder folder;
  make_clip(folder / "clip.mkv", {});
  const ReadFilm whole = read_film(folder / "clip.mkv");
  const auto film = open_film(folder / "clip.mkv");
  for (int i = 0; i < 5; ++i) CHECK(film->skip());
  const auto frame = film->next();
  REQUIRE(frame.has_value());
  CHECK(frame->index == 5);
  CHECK(frame->ticks == whole.frames.at(5).ticks);
  CHECK(frame->picture.colour.equal(whole.frames[5].picture.colour));
}

TEST_CASE("what is unusual about a film is told, once", "[video]") {
  const TempFolder folder;
  Clip clip;
  make_clip(folder / "usual.mkv", clip);
  CHECK(read_film(folder / "usual.mkv").notes.empty());
  clip.transfer = AVCOL_TRC_SMPTE2084;
  clip.primaries = AVCOL_PRI_BT2020;
  clip.matrix = AVCOL_SPC_BT2020_NCL;
  clip.format = AV_PIX_FMT_YUV420P10;
  make_clip(folder / "hdr.mkv", clip);
  const ReadFilm hdr = read_film(folder / "hdr.mkv");
  CHECK(hdr.info.is_hdr);
  CHECK(hdr.notes.size() == 1);
  CHECK(tells(hdr, "tone-mapped"));
  Clip halves;
  halves.codec = "mpeg2video";
  halves.format = AV_PIX_FMT_YUV420P;
  halves.interlaced = true;
  make_clip(folder / "halves.mkv", halves);
  CHECK(read_film(folder / "halves.mkv").info.interlaced);
  CHECK(tells(read_film(folder / "halves.mkv"), "interlaced"));
}

TEST_CASE("of a film that is cut off, what is there is read, and its end is told of", "[video]") {
  const TempFolder folder;
  Clip clip;
  clip.frames = 100;
  make_clip(folder / "clip.mkv", clip);
  const std::string bytes = support::read_bytes(folder / "clip.mkv");
  support::write_bytes(folder / "cut.mkv", bytes.substr(0, bytes.size() / 2));
  const ReadFilm cut = read_film(folder / "cut.mkv");
  CHECK(cut.frames.size() > 20);
  CHECK(cut.frames.size() < 80);
  CHECK_FALSE(cut.notes.empty());
  clip.codec = "mpeg4";
  clip.format = AV_PIX_FMT_YUV420P;
  make_clip(folder / "clip.mp4", clip);
  const std::string mp4 = support::read_bytes(folder / "clip.mp4");
  support::write_bytes(folder / "cut.mp4", mp4.substr(0, mp4.size() / 2));  // without its index
  CHECK(support::message_of(ErrorCode::Input, [&] { read_film(folder / "cut.mp4"); }).find("index") !=
        std::string::npos);
}

TEST_CASE("what is no film is refused in a sentence, and nothing but the file is opened", "[video]") {
  const TempFolder folder;
  support::write_bytes(folder / "empty.mp4", "");
  support::write_bytes(folder / "text.mp4", std::string(5000, 'x'));
  support::write_bytes(folder / "list.m3u8",
                       "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nclip.ts\n#EXT-X-ENDLIST\n");
  support::write_bytes(folder / "list.txt", "ffconcat version 1.0\nfile clip.ts\n");
  Clip clip;
  clip.codec = "mpeg4";
  clip.format = AV_PIX_FMT_YUV420P;
  make_clip(folder / "clip.ts", clip);
  for (const char* const name : {"empty.mp4", "text.mp4", "list.m3u8", "list.txt", "none.mp4"}) {
    CAPTURE(name);
    const std::string message = support::message_of(ErrorCode::Input, [&] { read_film(folder / name); });
    CHECK(message.find(name) != std::string::npos);
  }
  FilmReadOptions options;
  options.max_pixels = 1000;
  CHECK(support::message_of(ErrorCode::Input, [&] { read_film(folder / "clip.ts", options); }).find("64x48") !=
        std::string::npos);
}

}  // namespace styler
