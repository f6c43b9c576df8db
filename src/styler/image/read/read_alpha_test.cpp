#include <algorithm>

#include "support/catch.hpp"
#include "support/read_support.hpp"

namespace styler::test {
namespace {

/// Two planes or pictures compared where alpha is at least `least` of 255.
double visible_difference(const Picture& picture, const at::Tensor& expected, double least) {
  const auto visible = picture.alpha.ge((least - 0.5) / 255);
  return difference(picture.colour.mul(visible), expected.mul(visible));
}

/// One row of grey pixels with alpha, as a PNG.
std::string png_row(const std::vector<std::pair<int, int>>& grey_and_alpha) {
  cv::Mat pixels(1, static_cast<int>(grey_and_alpha.size()), CV_8UC4);
  for (int x = 0; x < pixels.cols; ++x) {
    const auto [grey, alpha] = grey_and_alpha[x];
    pixels.col(x) = cv::Scalar(grey, grey, grey, alpha);
  }
  return encoded(".png", pixels);
}

}  // namespace

TEST_CASE("alpha comes as it is, with straight colours, whichever way the file has them", "[image][unit]") {
  struct Case {
    std::string file, plain;
    double tolerance, least;  // of the colours; and where to look: dividing 8 bits by little alpha loses precision
  };
  const std::vector<Case> cases{
      {"png/rgb8_alpha.png", "pnm/rgb8.ppm", 0, 1},          {"png/rgb16_alpha.png", "pnm/rgb16.ppm", 0, 1},
      {"png/grey8_alpha.png", "pnm/grey8.pgm", 0, 1},        {"png/interlaced_alpha.png", "pnm/rgb8.ppm", 0, 1},
      {"tiff/straight.tif", "pnm/rgb8.ppm", 0, 1},           {"tiff/straight16.tif", "pnm/rgb16.ppm", 0, 1},
      {"tiff/planes_alpha.tif", "pnm/rgb8.ppm", 0, 1},       {"tiff/premultiplied.tif", "pnm/rgb8.ppm", 2.1, 60},
      {"tiff/premultiplied16.tif", "pnm/rgb16.ppm", 0.1, 1}, {"webp/lossless_alpha.webp", "pnm/rgb8.ppm", 0, 1},
      {"webp/lossy_alpha.webp", "pnm/rgb8.ppm", 60, 1},      {"bmp/32_bit_alpha.bmp", "pnm/rgb8.ppm", 0, 1}};
  const auto alpha = decoded(fixture("pnm/alpha8.pgm")).colour.slice(1, 0, 1);
  for (const auto& [file, plain, tolerance, least] : cases) {
    INFO(file);
    const Picture picture = decoded(fixture(file));
    CHECK(difference(picture.alpha, alpha) < 1e-4);
    CHECK(visible_difference(picture, decoded(fixture(plain)).colour, least) <= tolerance + 1e-4);
  }
}

TEST_CASE("a transparent palette colour is alpha", "[image][unit]") {
  const Picture picture = decoded(fixture("png/palette_transparent.png"));
  CHECK(difference(picture.alpha, decoded(fixture("pnm/mask.pgm")).colour.slice(1, 0, 1)) == 0);
  CHECK(visible_difference(picture, decoded(fixture("pnm/few.ppm")).colour, 1) == 0);
}

TEST_CASE("alpha that hides nothing is dropped", "[image][unit]") {
  CHECK_FALSE(decoded(png_row({{10, 255}, {20, 255}})).alpha.defined());
  CHECK(decoded(png_row({{10, 255}, {20, 254}})).alpha.defined());
}

TEST_CASE("no colour that a file hides can be seen in what is read of it", "[image][unit]") {
  cv::Mat pixels = noise_pixels(37, 53, CV_8UC4), other = noise_pixels(37, 53, CV_8UC4, /*seed=*/2);
  for (int y = 0; y < pixels.rows; ++y) {
    for (int x = 0; x < pixels.cols; ++x) {
      auto& pixel = pixels.at<cv::Vec4b>(y, x);
      pixel[3] = (x / 9 + y / 5) % 2 == 0 ? 0 : std::max<uint8_t>(pixel[3], 1);
      if (pixel[3] != 0) other.at<cv::Vec4b>(y, x) = pixel;
      other.at<cv::Vec4b>(y, x)[3] = pixel[3];
    }
  }
  REQUIRE(encoded(".png", pixels) != encoded(".png", other));
  const Picture a = decoded(encoded(".png", pixels)), b = decoded(encoded(".png", other));
  CHECK(a.colour.equal(b.colour));
  CHECK(a.alpha.equal(b.alpha));
}

TEST_CASE("hidden colours are those of the visible pixels around", "[image][unit]") {
  const auto row = decoded(png_row({{100, 255}, {255, 0}, {255, 0}, {255, 0}, {200, 255}})).colour;
  CHECK(value_at(row, 0, 0, 0) == support::Approx(100));
  CHECK(value_at(row, 0, 0, 4) == support::Approx(200));
  for (int x = 1; x < 4; ++x) {
    CHECK(value_at(row, 0, 0, x) >= value_at(row, 0, 0, x - 1));  // from one side to the other, without a step back
    CHECK(value_at(row, 0, 0, x) <= 200);
  }
  // One visible pixel of a large picture gives all of it its colour.
  cv::Mat pixels(100, 77, CV_8UC4, cv::Scalar(255, 0, 255, 0));
  pixels.at<cv::Vec4b>(99, 0) = cv::Vec4b(30, 60, 90, 1);
  const auto colour = decoded(encoded(".png", pixels)).colour;
  for (int channel = 0; channel < 3; ++channel) {
    CHECK(255 * colour.select(1, channel).sub((90 - 30 * channel) / 255.0).abs().max().item<double>() < 1e-3);
  }
}

TEST_CASE("a picture without any visible pixel is grey and says so by its alpha", "[image][unit]") {
  const Picture picture = decoded(png_row({{10, 0}, {20, 0}}));
  CHECK(picture.colour.eq(0.5).all().item<bool>());
  CHECK(picture.alpha.eq(0).all().item<bool>());
}

}  // namespace styler::test
