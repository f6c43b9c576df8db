#include <limits>
#include <opencv2/imgcodecs.hpp>

#include "support/catch.hpp"
#include "support/read_support.hpp"

namespace styler::test {
namespace {

/// A committed file, the plain picture that it shows, and how far lossy compression may take it from that.
struct Shown {
  std::string file, plain;
  double tolerance = 0;
};

constexpr double kRounding = 1e-4;  // in levels of 8 bits: of float32

const std::vector<Shown> kOpaque{
    {"png/grey1.png", "pnm/levels2.pgm"},
    {"png/grey2.png", "pnm/levels4.pgm"},
    {"png/grey4.png", "pnm/levels16.pgm"},
    {"png/grey8.png", "pnm/grey8.pgm"},
    {"png/grey16.png", "pnm/grey16.pgm"},
    {"png/rgb8.png", "pnm/rgb8.ppm"},
    {"png/rgb16.png", "pnm/rgb16.ppm"},
    {"png/interlaced.png", "pnm/rgb8.ppm"},
    {"png/palette.png", "pnm/few.ppm"},
    {"png/palette2.png", "pnm/levels4.pgm"},
    {"tiff/rgb8.tif", "pnm/rgb8.ppm"},
    {"tiff/rgb16_lzw.tif", "pnm/rgb16.ppm"},
    {"tiff/rgb16_planes.tif", "pnm/rgb16.ppm"},
    {"tiff/rgb8_planes.tif", "pnm/rgb8.ppm"},
    {"tiff/rgb8_big_endian.tif", "pnm/rgb8.ppm"},
    {"tiff/rgb16_big_endian.tif", "pnm/rgb16.ppm"},
    {"tiff/float.tif", "pnm/rgb16.ppm", kRounding},
    {"tiff/grey_float.tif", "pnm/grey16.pgm", kRounding},
    {"tiff/half.tif", "pnm/rgb16.ppm", 0.1},
    {"tiff/tiles.tif", "pnm/rgb8.ppm"},
    {"tiff/strips.tif", "pnm/rgb8.ppm"},
    {"tiff/grey8.tif", "pnm/grey8.pgm"},
    {"tiff/grey16.tif", "pnm/grey16.pgm"},
    {"tiff/white_is_0.tif", "pnm/grey8.pgm"},
    {"tiff/grey1.tif", "pnm/levels2.pgm"},
    {"tiff/palette.tif", "pnm/few.ppm"},
    {"tiff/big.tif", "pnm/rgb8.ppm"},
    {"tiff/pages.tif", "pnm/rgb8.ppm"},
    {"tiff/jpeg.tif", "pnm/rgb8.ppm", 40},
    {"tiff/lab.tif", "pnm/rgb8.ppm", 40},  // ImageMagick 6 has a white of its own
    {"webp/lossless.webp", "pnm/rgb8.ppm"},
    {"webp/animated.webp", "pnm/rgb8.ppm"},
    {"webp/lossy.webp", "pnm/rgb8.ppm", 60},
    {"bmp/1_bit.bmp", "pnm/levels2.pgm"},
    {"bmp/8_bit.bmp", "pnm/few.ppm"},
    {"bmp/8_bit_rle.bmp", "pnm/few.ppm"},
    {"bmp/24_bit.bmp", "pnm/rgb8.ppm"},
    {"pnm/text.pbm", "pnm/levels2.pgm"},
    {"pnm/bits.pbm", "pnm/levels2.pgm"},
    {"pnm/text.ppm", "pnm/rgb8.ppm"},
    {"jpeg/444.jpg", "pnm/rgb8.ppm", 12},
    {"jpeg/420.jpg", "pnm/rgb8.ppm", 60},
    {"jpeg/progressive.jpg", "pnm/rgb8.ppm", 12},
    {"jpeg/grey.jpg", "pnm/grey8.pgm", 6},
};

}  // namespace

TEST_CASE("every format and depth shows the picture that was put into it", "[image][unit]") {
  for (const auto& [file, plain, tolerance] : kOpaque) {
    INFO(file);
    const Picture picture = decoded(fixture(file));
    CHECK(picture.colour.scalar_type() == at::kFloat);
    CHECK(picture.colour.is_contiguous());
    CHECK_FALSE(picture.alpha.defined());
    CHECK(difference(picture.colour, decoded(fixture(plain)).colour) <= tolerance);
  }
}

TEST_CASE("lossy formats stay close to the picture on the whole", "[image][unit]") {
  for (const auto& [file, plain, tolerance] : kOpaque) {
    INFO(file);
    const auto error = decoded(fixture(file)).colour.sub(decoded(fixture(plain)).colour).abs().mean().item<double>();
    CHECK(255 * error < 6);
  }
}

TEST_CASE("the plainest format is read value by value", "[image][unit]") {
  const auto values = [](const std::string& file) {
    const auto colour = decoded(file).colour.mul(255).flatten().contiguous();
    return std::vector<float>(colour.data_ptr<float>(), colour.data_ptr<float>() + colour.numel());
  };
  using Values = std::vector<float>;
  CHECK((values("P3 # colours\n2 1\n255\n1 2 3 40 50 60\n") == Values{1, 40, 2, 50, 3, 60}));
  CHECK((values("P2 2 1 5 0 5") == Values{0, 255, 0, 255, 0, 255}));
  CHECK((values("P1 3 1 101") == Values{0, 255, 0, 0, 255, 0, 0, 255, 0}));
  CHECK((values(std::string("P4 9 1\n\x80\x80", 9)) == Values{0, 255, 255, 255, 255, 255, 255, 255, 0,  //
                                                              0, 255, 255, 255, 255, 255, 255, 255, 0,  //
                                                              0, 255, 255, 255, 255, 255, 255, 255, 0}));
  CHECK((values(std::string("P5 1 1 65535\n\xFF\xFF")) == Values{255, 255, 255}));
  CHECK(value_at(decoded(std::string("P5 1 1 65535\n\x01\x01")).colour, 0, 0, 0) == support::Approx(1));
  CHECK(value_at(decoded(std::string("P5 1 1 51\n\x0A")).colour, 0, 0, 0) == support::Approx(50));
}

TEST_CASE("a picture of one pixel is a picture in every format", "[image][unit]") {
  for (const auto* extension : {".png", ".tif", ".webp", ".bmp", ".ppm", ".jpg"}) {
    INFO(extension);
    const cv::Mat pixel(1, 1, CV_8UC3, cv::Scalar(90, 90, 90));
    const auto picture = decoded(encoded(extension, pixel));
    CHECK((picture.colour.sizes() == at::IntArrayRef{1, 3, 1, 1}));
    CHECK(std::abs(value_at(picture.colour, 2, 0, 0) - 90) < 1.5);
  }
}

TEST_CASE("noise of every size and type comes back bit by bit", "[image][unit]") {
  const auto [height, width] = GENERATE(table<int, int>({{1, 5}, {17, 300}, {64, 48}}));
  const auto* extension = GENERATE(".png", ".tif");
  const auto type = GENERATE(CV_8UC1, CV_16UC1, CV_8UC3, CV_16UC3);
  const auto pixels = noise_pixels(height, width, type);
  CHECK(decoded(encoded(extension, pixels)).colour.equal(expected_picture(pixels)));
}

TEST_CASE("values of float files outside 0 to 1 are clamped, and what is no number is black", "[image][unit]") {
  cv::Mat pixels(1, 5, CV_32FC3);
  const float values[] = {-0.5F, 0.25F, 7.0F, std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::infinity()};
  for (int x = 0; x < 5; ++x) pixels.col(x) = cv::Scalar::all(values[x]);
  std::vector<unsigned char> bytes;
  cv::imencode(".tif", pixels, bytes, {cv::IMWRITE_TIFF_COMPRESSION, 1});  // none: OpenCV's own choice is lossy
  std::vector<std::string> warnings;
  const auto colour = decoded({bytes.begin(), bytes.end()}, {}, &warnings).colour;
  REQUIRE_FALSE(warnings.empty());
  CHECK(contains(warnings.back(), "no finite numbers"));  // behind what the decoder says of those beyond white
  const double expected[] = {0, 0.25, 1, 0, 1};
  for (int x = 0; x < 5; ++x) CHECK(value_at(colour, 1, 0, x) == support::Approx(255 * expected[x]));
}

TEST_CASE("of several frames or pages the first is taken, with a warning", "[image][unit]") {
  for (const auto* file : {"webp/animated.webp", "tiff/pages.tif"}) {
    std::vector<std::string> warnings;
    decoded(fixture(file), {}, &warnings);
    REQUIRE(warnings.size() == 1);
    CHECK(contains(warnings[0], "'name.of.it'"));
    CHECK(contains(warnings[0], "first"));
  }
  auto animated = fixture("png/rgb8.png");
  const size_t behind_header = 33;
  animated.insert(behind_header, std::string("\0\0\0\x08"
                                             "acTL\0\0\0\0\0\0\0\0\x89\x4D\xC0\x10",
                                             20));
  std::vector<std::string> warnings;
  decoded(animated, {}, &warnings);
  REQUIRE(warnings.size() == 1);
  CHECK(contains(warnings[0], "is animated"));
}

TEST_CASE("other files give no warning", "[image][unit]") {
  for (const auto& shown : kOpaque) {
    if (shown.file == "webp/animated.webp" || shown.file == "tiff/pages.tif") continue;
    INFO(shown.file);
    std::vector<std::string> warnings;
    decoded(fixture(shown.file), {}, &warnings);
    CHECK(warnings.empty());
  }
}

}  // namespace styler::test
