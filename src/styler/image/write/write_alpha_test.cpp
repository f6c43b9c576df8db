#include <ATen/ops/full.h>
#include <tiffio.h>

#include <cmath>

#include "styler/image/image_io.hpp"
#include "support/catch.hpp"
#include "support/picture_files.hpp"
#include "support/written_files.hpp"

namespace styler::test {

TEST_CASE("alpha is kept at the file's depth, and hides no colour", "[image][write][unit]") {
  const auto [extension, bit_depth] =
      GENERATE(table<const char*, int>({{".png", 8}, {".png", 16}, {".tif", 8}, {".tif", 16}, {".webp", 8}}));
  CAPTURE(extension, bit_depth);
  const auto picture = translucent_picture(21, 34);
  WriteOptions options;
  options.bit_depth = bit_depth;
  std::vector<std::string> warnings;
  const auto bytes = encode_picture(picture, std::string("a").append(extension), options, {},
                                    [&](const std::string& text) { warnings.push_back(text); });
  CHECK((samples_of(bytes) == expected_samples(picture, bit_depth)));
  CHECK(warnings.empty());
}

TEST_CASE("alpha is never dithered", "[image][write][unit]") {
  WriteOptions options;
  options.dither = true;
  const Picture picture{at::full({1, 3, 20, 20}, 0.5F), at::full({1, 1, 20, 20}, 0.6F)};
  const auto samples = samples_of(encode_picture(picture, "a.png", options));
  for (size_t i = 3; i < samples.values.size(); i += 4) REQUIRE(samples.values[i] == 153);
}

TEST_CASE("what shows of a grey background stays grey when it is dithered", "[image][write][unit]") {
  WriteOptions options;
  options.dither = true;
  options.background = {0.501, 0.501, 0.501};
  const Picture hidden{at::rand({1, 3, 20, 20}), at::zeros({1, 1, 20, 20})};
  const auto samples = samples_of(encode_picture(hidden, "a.bmp", options));
  for (size_t i = 0; i < samples.values.size(); i += 3) {
    REQUIRE(samples.values[i] == samples.values[i + 1]);
    REQUIRE(samples.values[i] == samples.values[i + 2]);
  }
}

TEST_CASE("TIFF says that its colours are not multiplied by alpha", "[image][write][unit]") {
  const auto tiff = opened_tiff(encode_picture(translucent_picture(3, 3), "a.tif"));
  uint16_t count = 0;
  const uint16_t* kinds = nullptr;
  REQUIRE(TIFFGetField(tiff.get(), TIFFTAG_EXTRASAMPLES, &count, &kinds) == 1);
  CHECK(count == 1);
  CHECK(kinds[0] == EXTRASAMPLE_UNASSALPHA);
}

TEST_CASE("formats without alpha get the picture on a chosen colour, and a warning", "[image][write][unit]") {
  const auto [extension, format] =
      GENERATE(table<std::string, std::string>({{".jpg", "JPEG"}, {".bmp", "BMP"}, {".ppm", "PPM"}}));
  const auto colour = at::full({1, 3, 8, 8}, 1.0F);
  const double alpha = GENERATE(0.0, 0.25, 1.0);
  WriteOptions options;
  options.background[0] = 1;
  options.background[1] = 0.6;
  options.background[2] = 0;
  std::vector<std::string> warnings;
  const auto bytes = encode_picture({colour, at::full({1, 1, 8, 8}, alpha)}, "dir/a" + extension, options, {},
                                    [&](const std::string& text) { warnings.push_back(text); });
  const auto samples = samples_of(bytes);
  REQUIRE(samples.channels == 3);
  const double tolerance = extension == ".jpg" ? 1 : 0;
  CHECK(std::abs(samples.values.at(0) - 255) <= tolerance);
  CHECK(std::abs(samples.values.at(1) - std::round(255 * (alpha + (1 - alpha) * 0.6))) <= tolerance);
  CHECK(std::abs(samples.values.at(2) - std::round(255 * alpha)) <= tolerance);
  REQUIRE(warnings.size() == 1);
  for (const auto* part : {"dir/a", "#ff9900", "--background"}) CHECK(contains(warnings[0], part));
  CHECK(contains(warnings[0], format));
}

TEST_CASE("nobody has to listen to warnings", "[image][write][unit]") {
  PictureNotes notes;
  notes.parameters = "x";
  CHECK_NOTHROW(encode_picture(translucent_picture(3, 3), "a.bmp", {}, notes));
}

}  // namespace styler::test
