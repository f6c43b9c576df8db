#include <ATen/ops/full.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "styler/image/image_io.hpp"
#include "support/catch.hpp"
#include "support/picture_files.hpp"
#include "support/written_files.hpp"

namespace styler::test {
namespace {

/// Columns of one pixel, pure red and pure blue in turn: what halved colour resolution turns into purple.
Picture stripes(int height, int width) {
  auto colour = at::full({1, 3, height, width}, 0.0F);
  colour.select(1, 0).slice(2, 0, width, 2).fill_(1);
  colour.select(1, 2).slice(2, 1, width, 2).fill_(1);
  return {colour, {}};
}

double largest_difference(const Samples& one, const Samples& other) {
  REQUIRE(one.values.size() == other.values.size());
  int largest = 0;
  for (size_t i = 0; i < one.values.size(); ++i) largest = std::max(largest, std::abs(one.values[i] - other.values[i]));
  return largest;
}

int subsampling_of(const std::string& jpeg) {
  auto* const decoder = tjInitDecompress();
  int width = 0, height = 0, subsampling = -1, colour_space = -1;
  const int failed =
      tjDecompressHeader3(decoder, reinterpret_cast<const unsigned char*>(jpeg.data()),
                          static_cast<unsigned long>(jpeg.size()), &width, &height, &subsampling, &colour_space);
  tjDestroy(decoder);
  REQUIRE(failed == 0);
  CHECK(colour_space == TJCS_YCbCr);
  return subsampling;
}

}  // namespace

TEST_CASE("lossless formats hold every clamped and rounded value", "[image][write][unit]") {
  const auto [extension, bit_depth] = GENERATE(table<const char*, int>({{".png", 8},
                                                                        {".png", 16},
                                                                        {".tif", 8},
                                                                        {".tif", 16},
                                                                        {".tiff", 8},
                                                                        {".webp", 8},
                                                                        {".bmp", 8},
                                                                        {".ppm", 8},
                                                                        {".PNG", 8},
                                                                        {".Tif", 16}}));
  const auto [height, width] = GENERATE(table<int, int>({{1, 1}, {1, 2}, {17, 301}, {200, 403}}));
  CAPTURE(extension, bit_depth, height, width);
  const auto picture = wild_picture(height, width);
  WriteOptions options;
  options.bit_depth = bit_depth;
  const auto samples = samples_of(encode_picture(picture, "a b ü" + std::string(extension), options));
  CHECK((samples == expected_samples(picture, bit_depth)));
}

TEST_CASE("values are clamped, then rounded to the nearest level", "[image][write][unit]") {
  const auto* extension = GENERATE(".png", ".tif", ".webp", ".bmp", ".ppm");
  const float infinity = std::numeric_limits<float>::infinity();
  const auto row =
      row_of({-1.5F, 1.7F, 0.4F / 255, 0.6F / 255, 99.6F / 255, 100.4F / 255, 254.6F / 255, -infinity, infinity});
  const std::vector<int> levels{0, 255, 0, 1, 100, 100, 255, 0, 255};
  const auto samples = samples_of(encode_picture({row, {}}, std::string("a").append(extension)));
  for (size_t i = 0; i < levels.size(); ++i) CHECK(samples.values.at(3 * i + 1) == levels[i]);
}

TEST_CASE("16 bits are kept to the last", "[image][write][unit]") {
  const auto* extension = GENERATE(".png", ".tif");
  std::vector<float> values;
  for (int level = 0; level < 65536; level += 7) values.push_back(static_cast<float>(level) / 65535.0F);
  WriteOptions options;
  options.bit_depth = 16;
  const auto samples = samples_of(encode_picture({row_of(values), {}}, std::string("a").append(extension), options));
  REQUIRE(samples.bit_depth == 16);
  bool exact = true;
  for (size_t i = 0; i < values.size(); ++i) exact &= samples.values[3 * i] == static_cast<int>(7 * i);
  CHECK(exact);
}

TEST_CASE("JPEG keeps thin strokes of strong colour", "[image][write][unit]") {
  const auto* extension = GENERATE(".jpg", ".jpeg", ".JPG");
  const auto picture = stripes(32, 48);
  const auto bytes = encode_picture(picture, std::string("a").append(extension));
  CHECK(subsampling_of(bytes) == TJSAMP_444);
  // The sharpest colours there are, at the quality of 95; with 4:2:0 they would be off by more than 100.
  CHECK(largest_difference(samples_of(bytes), expected_samples(picture, 8)) <= 12);
}

TEST_CASE("quality is a trade of size for likeness", "[image][write][unit]") {
  const auto* extension = GENERATE(".jpg", ".webp");
  const auto picture = wild_picture(64, 64);
  const auto size = [&, e = std::string(extension)](int quality) {
    WriteOptions options;
    options.quality = quality;
    const auto bytes = encode_picture(picture, "a" + e, options);
    CHECK(samples_of(bytes).width == 64);
    return bytes.size();
  };
  CHECK(size(1) < size(50));
  CHECK(size(50) < size(95));
  CHECK(size(95) < size(100));
  if (std::string(extension) == ".jpg") CHECK(size(0) == size(95));
}

TEST_CASE("the picture may be of any floating type and layout, and stays as it was", "[image][write][unit]") {
  const auto picture = wild_picture(9, 14);
  const auto copy = picture.colour.clone();
  const auto expected = expected_samples(picture, 8);
  for (const auto& variant :
       {picture.colour, picture.colour.to(at::kDouble), picture.colour.contiguous(at::MemoryFormat::ChannelsLast),
        picture.colour.clone().requires_grad_(true)}) {
    CHECK((samples_of(encode_picture({variant, {}}, "a.png")) == expected));
  }
  CHECK(picture.colour.equal(copy));
}

TEST_CASE("dither keeps the mean, leaves black and white alone, and is the same each time", "[image][write][unit]") {
  WriteOptions options;
  options.dither = true;
  const float level = GENERATE(0.0F, 0.2F, 0.6F, 100.0F, 100.3F, 254.4F, 254.8F, 255.0F);
  CAPTURE(level);
  const Picture picture{at::full({1, 3, 128, 128}, level / 255), {}};
  const auto bytes = encode_picture(picture, "a.png", options);
  CHECK((bytes == encode_picture(picture, "a.png", options)));
  const auto samples = samples_of(bytes);
  double sum = 0;
  const auto [least, most] = std::minmax_element(samples.values.begin(), samples.values.end());
  for (const int value : samples.values) sum += value;
  // Standard error of 16384 roundings: at most 0.75 / 128.
  CHECK(sum / static_cast<double>(samples.values.size()) == support::Approx(level).margin(0.024));
  CHECK(*most - *least <= 3);
  CHECK((*most != *least) == (level > 0 && level < 255));
}

TEST_CASE("dither breaks up the bands of a soft gradient, channel by channel but for grey", "[image][write][unit]") {
  const bool is_grey = GENERATE(true, false);
  std::vector<float> values(4000);
  for (size_t i = 0; i < values.size(); ++i) values[i] = 0.5F + 0.01F * static_cast<float>(i) / 4000;
  WriteOptions options;
  const Picture picture{row_of(values), {}};
  if (!is_grey) picture.colour.select(1, 2).fill_(0);
  const auto plain = samples_of(encode_picture(picture, "a.png", options));
  options.dither = true;
  const auto dithered = samples_of(encode_picture(picture, "a.png", options));
  int changes = 0, plain_changes = 0, colours = 0;
  for (size_t i = 3; i < plain.values.size(); i += 3) {
    plain_changes += plain.values[i] != plain.values[i - 3] ? 1 : 0;
    changes += dithered.values[i] != dithered.values[i - 3] ? 1 : 0;
    colours += dithered.values[i] != dithered.values[i + 1] ? 1 : 0;
  }
  CHECK(plain_changes <= 3);
  CHECK(changes > 1000);
  CHECK((is_grey ? colours == 0 : colours > 1000));
}

TEST_CASE("what only a bug can produce is taken for a bug", "[image][write][unit]") {
  const auto* extension = GENERATE(".png", ".jpg", ".bmp");
  const auto name = std::string("a").append(extension);
  const auto colour = wild_picture(4, 4).colour;
  const auto alpha = colour.slice(1, 0, 1).clone();
  auto one_nan = colour.clone();
  one_nan.select(1, 2).select(1, 3).select(1, 3).fill_(std::numeric_limits<float>::quiet_NaN());
  CHECK_THROWS_AS(encode_picture({one_nan, {}}, name), Bug);
  CHECK_THROWS_AS(encode_picture({colour, alpha.div(0).mul(0)}, name), Bug);
  CHECK_THROWS_AS(encode_picture({colour.squeeze(0), {}}, name), Bug);
  CHECK_THROWS_AS(encode_picture({colour.slice(1, 0, 1), {}}, name), Bug);
  CHECK_THROWS_AS(encode_picture({colour, alpha.slice(2, 0, 2)}, name), Bug);
  CHECK_THROWS_AS(encode_picture({{}, {}}, name), Bug);
}

}  // namespace styler::test
