#include <cstdio>
// After cstdio, which it needs and does not include.
#include <jpeglib.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <opencv2/imgproc.hpp>
#include <random>

#include "styler/core/picture/resample.hpp"
#include "support/catch.hpp"
#include "support/read_support.hpp"

// JPEG files as cameras, scanners and old programs write them, made by libjpeg itself and by changing bytes.

namespace styler::test {
namespace {

using std::string_literals::operator""s;

/// A picture without steep changes, which all kinds of JPEG hold well.
cv::Mat smooth_pixels(int height, int width) {
  cv::Mat small = noise_pixels(std::max(2, height / 40), std::max(2, width / 40), CV_8UC3), pixels;
  cv::resize(small, pixels, cv::Size(width, height), 0, 0, cv::INTER_CUBIC);
  return pixels;
}

/// What libjpeg writes with quality 95 after `configure` had its say.
std::string jpeg_of(const cv::Mat& pixels, const std::function<void(jpeg_compress_struct&)>& configure = {}) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;  // NOLINT(google-runtime-int): libjpeg's
  jpeg_mem_dest(&jpeg, &bytes, &size);
  jpeg.image_width = static_cast<JDIMENSION>(pixels.cols);
  jpeg.image_height = static_cast<JDIMENSION>(pixels.rows);
  jpeg.input_components = pixels.channels();
  jpeg.in_color_space = pixels.channels() == 4 ? JCS_CMYK : pixels.channels() == 1 ? JCS_GRAYSCALE : JCS_EXT_BGR;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 95, TRUE);
  if (configure) configure(jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < jpeg.image_height) {
    auto* row = const_cast<JSAMPROW>(pixels.ptr(static_cast<int>(jpeg.next_scanline)));
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  std::string file(reinterpret_cast<char*>(bytes), size);
  jpeg_destroy_compress(&jpeg);
  std::free(bytes);  // NOLINT(cppcoreguidelines-no-malloc): libjpeg's
  return file;
}

/// The file with `text` before its last two bytes, which are the end marker.
std::string with_stray(std::string file, const std::string& text) { return file.insert(file.size() - 2, text); }

size_t place_of(const std::string& file, const std::string& marker) {
  const size_t found = file.rfind(marker);
  REQUIRE(found != std::string::npos);
  return found;
}

constexpr auto* kTruncated = "is truncated or damaged";

}  // namespace

TEST_CASE("JPEG is read with every sampling of its colours", "[image][unit]") {
  const auto [across, down, chroma_across, chroma_down] = GENERATE(table<int, int, int, int>({{1, 1, 1, 1},
                                                                                              {2, 1, 1, 1},
                                                                                              {1, 2, 1, 1},
                                                                                              {2, 2, 1, 1},
                                                                                              {4, 1, 1, 1},
                                                                                              {1, 4, 1, 1},
                                                                                              {4, 2, 1, 1},
                                                                                              {2, 4, 1, 1},
                                                                                              {3, 1, 1, 1},
                                                                                              {1, 3, 1, 1},
                                                                                              {2, 2, 2, 1},
                                                                                              {2, 2, 1, 2},
                                                                                              {1, 1, 2, 1}}));
  INFO(across << "x" << down << ", " << chroma_across << "x" << chroma_down);
  const auto pixels = smooth_pixels(45, 61);
  const auto file = jpeg_of(pixels, [&](jpeg_compress_struct& jpeg) {
    for (int i = 0; i < 3; ++i) {
      jpeg.comp_info[i].h_samp_factor = i == 0 ? across : chroma_across;
      jpeg.comp_info[i].v_samp_factor = i == 0 ? down : chroma_down;
    }
  });
  std::vector<std::string> warnings;
  const auto colour = decoded(file, {}, &warnings).colour;
  CHECK(warnings.empty());
  CHECK(colour.sub(expected_picture(pixels)).abs().mean().item<double>() * 255 < 4);
}

TEST_CASE("arithmetic coding and restart markers change nothing", "[image][unit]") {
  const auto pixels = smooth_pixels(45, 61);
  const auto expected = decoded(jpeg_of(pixels)).colour;
  std::vector<std::string> warnings;
  for (const auto& configure : {+[](jpeg_compress_struct& jpeg) { jpeg.arith_code = TRUE; },
                                +[](jpeg_compress_struct& jpeg) { jpeg.restart_interval = 2; },
                                +[](jpeg_compress_struct& jpeg) { jpeg_simple_progression(&jpeg); }}) {
    CHECK(decoded(jpeg_of(pixels, configure), {}, &warnings).colour.equal(expected));
  }
  CHECK(warnings.empty());
}

TEST_CASE("a JPEG that breaks rules without losing anything is read, with a warning", "[image][unit]") {
  const bool colour = GENERATE(true, false);
  const bool restarts = GENERATE(false, true);
  const auto plain = jpeg_of(noise_pixels(48, 64, colour ? CV_8UC3 : CV_8UC1),
                             [&](jpeg_compress_struct& jpeg) { jpeg.restart_interval = restarts ? 3 : 0; });
  const size_t scan = place_of(plain, "\xFF\xDA");
  auto sloppy_scan = plain;  // the last three bytes of the scan's header: 0, 63, 0 in baseline JPEG
  sloppy_scan.replace(scan + 2 + static_cast<unsigned char>(plain[scan + 3]) - 3, 3, 3, '\0');
  auto between_segments = plain;
  between_segments.insert(scan, "stray\0\xFF\0stray"s);
  const auto [what, file] = GENERATE_COPY(table<std::string, std::string>(
      {{"no end marker", plain.substr(0, plain.size() - 2)},
       {"half an end marker", plain.substr(0, plain.size() - 1)},
       {"text before the end marker", with_stray(plain, "twelve bytes")},
       {"zeros before the end marker", with_stray(plain, std::string(500, '\0'))},
       {"numbers before the end marker", with_stray(plain, "\x12\x34\x56\x12\x34\x56\x12\x34\x56\x12\x34\x56")},
       {"bytes between segments", between_segments},
       {"a scan header without sense", sloppy_scan}}));
  INFO(what);
  std::vector<std::string> warnings;
  CHECK(decoded(file, {}, &warnings).colour.equal(decoded(plain).colour));
  REQUIRE(warnings.size() == 1);
  CHECK_FALSE(contains(warnings[0], kTruncated));
}

TEST_CASE("zeros before the end marker cost nothing in any kind of JPEG", "[image][unit]") {
  const auto configure = GENERATE(
      +[](jpeg_compress_struct& jpeg) { jpeg.arith_code = TRUE; },
      +[](jpeg_compress_struct& jpeg) { jpeg_simple_progression(&jpeg); });
  const size_t count = GENERATE(1, 16, 500);
  const auto file = jpeg_of(noise_pixels(48, 64, CV_8UC3), configure);
  std::vector<std::string> warnings;
  INFO(count);
  CHECK(decoded(with_stray(file, std::string(count, '\0')), {}, &warnings).colour.equal(decoded(file).colour));
  for (const std::string& warning : warnings) CHECK_FALSE(contains(warning, kTruncated));
}

TEST_CASE("a JPEG whose last bytes were overwritten by zeros is damaged", "[image][unit]") {
  auto file =
      jpeg_of(noise_pixels(48, 64, CV_8UC3), [](jpeg_compress_struct& jpeg) { jpeg_simple_progression(&jpeg); });
  const size_t count = GENERATE(8, 60, 500);
  file.replace(file.size() - 2 - count, count, count, '\0');
  CHECK(contains(error_of([&] { decoded(file); }).what(), kTruncated));
}

TEST_CASE("a JPEG that is cut off is refused, but for its end marker", "[image][unit]") {
  const auto configure = GENERATE(
      +[](jpeg_compress_struct&) {}, +[](jpeg_compress_struct& jpeg) { jpeg.arith_code = TRUE; },
      +[](jpeg_compress_struct& jpeg) { jpeg_simple_progression(&jpeg); },
      +[](jpeg_compress_struct& jpeg) { jpeg.restart_interval = 1; });
  const auto file = jpeg_of(smooth_pixels(48, 64), configure);
  for (size_t size = 0x300; size + 3 < file.size(); size += size + 40 < file.size() ? 37 : 1) {
    INFO(size << " of " << file.size() << " bytes");
    CHECK(contains(error_of([&] { decoded(file.substr(0, size)); }).what(), kTruncated));
  }
  // Where a scan ends, nothing but the scans that don't follow tells of them.
  for (size_t scan = file.find("\xFF\xDA") + 1; (scan = file.find("\xFF\xDA", scan)) != std::string::npos; ++scan) {
    CHECK(contains(error_of([&] { decoded(file.substr(0, scan)); }).what(), kTruncated));
  }
}

TEST_CASE("nearly every damage within a JPEG is told from stray bytes behind it", "[image][unit]") {
  const auto file = jpeg_of(noise_pixels(60, 80, CV_8UC3));
  std::mt19937 random(1);
  int refused = 0;
  constexpr int kFiles = 200;
  const size_t first = place_of(file, "\xFF\xDA") + 100, last = file.size() - 100;
  for (int i = 0; i < kFiles; ++i) {
    auto damaged = file;
    const size_t place = first + random() % (last - first);
    for (size_t k = 0; k < 4; ++k) damaged[place + k] = static_cast<char>(random() % 255);
    try {
      decoded(damaged);
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > kFiles * 9 / 10);
}

TEST_CASE("kinds of JPEG that can't be read are called by their names", "[image][unit]") {
  const auto plain = jpeg_of(smooth_pixels(48, 64));
  const size_t frame = place_of(plain, "\xFF\xC0");
  const auto with_frame = [&](char marker, char bits) {
    auto file = plain;
    file[frame + 1] = marker;
    file[frame + 4] = bits;
    return file;
  };
  const auto [name, file] =
      GENERATE_COPY(table<std::string, std::string>({{"a JPEG of 12 bits", with_frame('\xC1', 12)},
                                                     {"a lossless JPEG", with_frame('\xC3', 16)},
                                                     {"a hierarchical JPEG", with_frame('\xC5', 8)},
                                                     {"a JPEG-LS", with_frame('\xF7', 8)}}));
  const auto error = error_of([&, &bytes = file] { decoded(bytes); });
  INFO(error.what());
  CHECK(contains(error.what(), "is " + name + ", a kind of JPEG that is not read here"));
}

TEST_CASE("inks without a profile are taken for ideal ones", "[image][unit]") {
  // JPEG stores them inverted: no cyan, half of magenta, all yellow; a fifth of black.
  const auto file = jpeg_of(cv::Mat(16, 16, CV_8UC4, cv::Scalar(255, 127, 0, 204)));
  std::vector<std::string> warnings;
  const auto colour = decoded(file, {}, &warnings).colour;
  CHECK(value_at(colour, 0, 8, 8) == support::Approx(204).margin(2));
  CHECK(value_at(colour, 1, 8, 8) == support::Approx(102).margin(2));
  CHECK(value_at(colour, 2, 8, 8) == support::Approx(0).margin(2));
  REQUIRE(warnings.size() == 1);
  CHECK(contains(warnings[0], "taken for ideal"));
}

TEST_CASE("a large JPEG that will be used small is decoded smaller, and looks the same", "[image][unit]") {
  const int orientation = GENERATE(1, 6);
  cv::Mat pixels = smooth_pixels(3400, 5000);
  pixels += noise_pixels(3400, 5000, CV_8UC3) / 8;
  const auto file = with_exif(jpeg_of(pixels), exif_block(orientation, false));
  ReadOptions options;
  options.used_edge = 300;
  const Picture small = decoded(file, options);
  const Picture whole = decoded(file);
  CHECK(small.colour.numel() * 15 < whole.colour.numel());
  CHECK(own_size(small) == picture_size(whole.colour));
  CHECK(own_size(whole) == picture_size(whole.colour));
  const Size used = scaled_to_long_edge(own_size(whole), options.used_edge);
  const auto error = resized(small.colour, used).sub(resized(whole.colour, used)).abs();
  CHECK(error.mean().item<double>() * 255 < 0.5);
  CHECK(error.max().item<double>() * 255 < 4);
}

TEST_CASE("an ordinary photo, and one that is used large, is decoded whole", "[image][unit]") {
  ReadOptions options;
  options.used_edge = 100;
  const auto ordinary = jpeg_of(smooth_pixels(1600, 2400));
  CHECK(decoded(ordinary, options).colour.equal(decoded(ordinary).colour));
  const auto large = jpeg_of(smooth_pixels(3400, 5000));
  options.used_edge = 1251;
  CHECK(picture_size(decoded(large, options).colour) == Size{3400, 5000});
  options.used_edge = 1250;
  CHECK(picture_size(decoded(large, options).colour) == Size{1700, 2500});
  // And an ordinary one smaller where there is no memory for it whole.
  options.used_edge = 100;
  options.memory_bytes = int64_t{40} << 20;
  CHECK(picture_size(decoded(ordinary, options).colour) == Size{800, 1200});
}

}  // namespace styler::test
