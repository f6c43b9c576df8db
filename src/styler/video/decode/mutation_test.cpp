#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
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
using support::Dice;

/// More pixels than the clips have, and few enough that a wrong size takes no memory.
constexpr int64_t kMostPixels = 100'000;
/// Of a clip of six small frames, on a busy machine and sanitized.
constexpr double kLongestSeconds = 20;

struct Kind {
  const char* file;
  const char* codec;
  AVPixelFormat format;
};

/// One film of each container and coding that people have.
std::vector<std::filesystem::path> films_in(const support::TempFolder& folder) {
  const std::vector<Kind> kinds{
      {"h264.mp4", "libx264", AV_PIX_FMT_YUV420P},     {"h264.mkv", "libx264", AV_PIX_FMT_YUV420P10},
      {"mpeg2.ts", "mpeg2video", AV_PIX_FMT_YUV420P},  {"mpeg4.avi", "mpeg4", AV_PIX_FMT_YUV420P},
      {"hevc.mov", "libx265", AV_PIX_FMT_YUV420P},     {"vp9.webm", "libvpx-vp9", AV_PIX_FMT_YUVA420P},
      {"mpeg1.mpg", "mpeg1video", AV_PIX_FMT_YUV420P}, {"prores.mov", "prores_ks", AV_PIX_FMT_YUV422P10},
      {"ffv1.mkv", "ffv1", AV_PIX_FMT_BGRA},           {"animation.mov", "qtrle", AV_PIX_FMT_ARGB},
      {"mjpeg.avi", "mjpeg", AV_PIX_FMT_YUVJ420P},     {"animated.gif", "gif", AV_PIX_FMT_RGB8},
      {"theora.ogg", "libtheora", AV_PIX_FMT_YUV420P}};
  std::vector<std::filesystem::path> films;
  for (const Kind& kind : kinds) {
    if (avcodec_find_encoder_by_name(kind.codec) == nullptr) continue;
    Clip clip;
    clip.frames = 6;
    clip.codec = kind.codec;
    clip.format = kind.format;
    clip.is_tagged = kind.format != AV_PIX_FMT_RGB8;
    if (kind.format == AV_PIX_FMT_YUVJ420P) clip.range = AVCOL_RANGE_JPEG;
    if (std::string(kind.file) == "h264.mp4") clip.turn = {0, 1, -1, 0};
    if (std::string(kind.file) == "h264.mkv") clip.sound = 0.2;
    films.push_back(folder / kind.file);
    support::make_clip(films.back(), clip);
  }
  return films;
}

/// Damages bytes in one of the ways in which films are: most where headers are.
void damage(std::string& bytes, Dice& dice) {
  const auto place = [&] { return dice.roll(dice.roll(2) == 0 ? std::min<size_t>(bytes.size(), 800) : bytes.size()); };
  for (size_t times = 1 + dice.roll(4); times > 0 && bytes.size() > 16; --times) {
    const size_t at = place(), length = std::min(1 + dice.roll(40), bytes.size() - at);
    switch (dice.roll(7)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << dice.roll(8)));
        break;
      case 1:
        bytes[at] = static_cast<char>(dice.roll(256));
        break;
      case 2:
        bytes.resize(at + 1);
        break;
      case 3:
        bytes.replace(at, length, length, dice.roll(2) == 0 ? '\0' : '\xFF');
        break;
      case 4:
        bytes.replace(at, length, bytes.substr(place(), length));
        break;
      case 5:
        bytes.insert(at, bytes.substr(at, length));
        break;
      default:
        bytes.erase(at, length);
    }
  }
}

/// Whether reading a film ends as it may: with frames or with a sentence for the user. What it did otherwise goes to
/// `reason`.
bool ends_well(const std::filesystem::path& film, bool from_the_middle, std::string& reason) {
  FilmReadOptions options;
  options.max_pixels = kMostPixels;
  options.start = from_the_middle ? 0.1 : 0;
  constexpr int kMostFrames = 400;
  try {
    const auto reader = open_film(film, options);
    int64_t last = 0;
    for (int frames = 0; const auto frame = reader->next(); ++frames) {
      const at::Tensor& colour = frame->picture.colour;
      if (!colour.ge(0).logical_and_(colour.le(1)).all().item<bool>() || colour.numel() > 3 * kMostPixels)
        reason = "values";
      if (frames > 0 && frame->ticks <= last) reason = "times";
      last = frame->ticks;
      if (frames > kMostFrames) break;
    }
  } catch (const Error& error) {
    if (error.code() != ErrorCode::Input) reason = error.what();
  } catch (const std::exception& error) {
    reason = error.what();
  }
  return reason.empty();
}

}  // namespace

TEST_CASE("no damage to a film makes its reader crash, hang, or give what is no frame", "[video][mutation]") {
  const support::TempFolder folder;
  const auto films = films_in(folder);
  std::vector<std::string> files;
  for (const auto& film : films) {
    files.push_back(support::read_bytes(film));
    std::string reason;
    CAPTURE(film.filename(), reason);
    CHECK(ends_well(film, false, reason));
  }
  const char* const kept = std::getenv("STYLER_KEEP_MUTANT");  // where a film that ends the program is left
  const int count = support::mutation_count(130);
  Dice dice(24);
  for (int i = 0; i < count; ++i) {
    const size_t which = static_cast<size_t>(i) % films.size();
    std::string bytes = files[which];
    damage(bytes, dice);
    const auto mutant = folder / ("mutant" + films[which].extension().string());
    support::write_bytes(mutant, bytes);
    if (kept != nullptr) support::write_bytes(kept, bytes);
    const auto start = std::chrono::steady_clock::now();
    std::string reason;
    const bool well = ends_well(mutant, dice.roll(3) == 0, reason);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (!well || seconds > kLongestSeconds) {
      FAIL("mutant " << i << " of " << films[which].filename() << " (" << seconds << " s): " << reason);
    }
  }
}

}  // namespace styler
