#include <cmath>
#include <map>

#include "picture_files.hpp"
#include "styler/image_io.hpp"
#include "support/catch.hpp"

namespace styler::test {
namespace {

/// Largest difference between two pictures of the same size.
double difference(const at::Tensor& a, const at::Tensor& b) {
  REQUIRE(a.sizes() == b.sizes());
  return a.sub(b).abs().max().item<double>();
}

/// Where the pixel (y, x) of a stored picture of h×w belongs, by the table of the EXIF standard, which says for each
/// orientation which sides of the scene the first row and the first column show.
std::pair<int, int> upright_position(int orientation, int y, int x, int h, int w) {
  switch (orientation) {
    case 2:
      return {y, w - 1 - x};  // top, right
    case 3:
      return {h - 1 - y, w - 1 - x};  // bottom, right
    case 4:
      return {h - 1 - y, x};  // bottom, left
    case 5:
      return {x, y};  // left, top
    case 6:
      return {x, h - 1 - y};  // right, top
    case 7:
      return {w - 1 - x, h - 1 - y};  // right, bottom
    case 8:
      return {w - 1 - x, y};  // left, bottom
    default:
      return {y, x};  // top, left
  }
}

at::Tensor turned_upright(const at::Tensor& stored, int orientation) {
  const auto h = static_cast<int>(stored.size(2)), w = static_cast<int>(stored.size(3));
  at::Tensor upright = (orientation < 5 ? stored : stored.transpose(2, 3)).clone().contiguous();
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      const auto [row, column] = upright_position(orientation, y, x, h, w);
      upright.select(2, row).select(2, column).copy_(stored.select(2, y).select(2, x));
    }
  }
  return upright;
}

}  // namespace

TEST_CASE("read_picture returns RGB in [0, 1] at every size", "[image][unit]") {
  const TempFolder folder;
  const auto [height, width] = GENERATE(table<int, int>({{1, 1}, {1, 5}, {17, 300}, {64, 48}}));
  const auto pixels = noise_pixels(height, width, CV_8UC3);
  const auto picture = read_picture(folder.put("a b ü.png", encoded(".png", pixels)));
  CHECK(picture.scalar_type() == at::kFloat);
  CHECK(picture.is_contiguous());
  CHECK(picture.equal(expected_picture(pixels)));
}

TEST_CASE("read_picture keeps 16 bits and spreads grey", "[image][unit]") {
  const TempFolder folder;
  const auto* extension = GENERATE(".png", ".tif");
  const auto type = GENERATE(CV_8UC1, CV_16UC1, CV_8UC3, CV_16UC3);
  const auto pixels = noise_pixels(13, 21, type);
  const auto picture = read_picture(folder.put("picture", encoded(extension, pixels)));
  CHECK(picture.equal(expected_picture(pixels)));
}

TEST_CASE("read_picture flattens alpha on white", "[image][unit]") {
  const TempFolder folder;
  const auto* extension = GENERATE(".png", ".webp");
  const auto depth = GENERATE(CV_8U, CV_16U);
  if (depth == CV_16U && extension == std::string(".webp")) return;  // WebP has 8 bits only
  const double full = depth == CV_16U ? 65535 : 255;
  cv::Mat pixels(1, 3, CV_MAKETYPE(depth, 4));
  const auto colour = [&](double alpha) { return cv::Scalar(0.2 * full, 0.4 * full, 0.6 * full, alpha * full); };
  pixels.col(0) = colour(1);
  pixels.col(1) = colour(0.2);
  pixels.col(2) = colour(0);
  const auto picture = read_picture(folder.put("picture", encoded(extension, pixels)));
  const double rgb[] = {0.6, 0.4, 0.2};
  for (int channel = 0; channel < 3; ++channel) {
    const auto value = [&](int x) { return picture.select(1, channel).select(2, x).item<double>(); };
    CHECK(std::abs(value(0) - rgb[channel]) < 1e-4);
    CHECK(std::abs(value(1) - (0.2 * rgb[channel] + 0.8)) < 1e-4);
    if (extension == std::string(".png")) CHECK(value(2) == 1);  // lossless WebP may drop what alpha hides
  }
}

TEST_CASE("read_picture flattens the alpha of a TIFF on white", "[image][unit]") {
  // One pixel, RGB (200, 100, 50), alpha 51 of 255, declared as not multiplied into the colours (ExtraSamples 2).
  const auto entry = [](int tag, int type, int count, int value) {
    std::string bytes;
    for (const int part : {tag, type, count, 0, value, 0}) {
      bytes += {static_cast<char>(part & 0xFF), static_cast<char>(part >> 8)};
    }
    return bytes;
  };
  const int short_type = 3, long_type = 4, entries = 10;
  const int bits = 8 + 2 + 12 * entries + 4, data = bits + 8;
  std::string tiff("II*\0\x08\0\0\0\x0A\0", 10);
  tiff += entry(256, short_type, 1, 1) + entry(257, short_type, 1, 1) + entry(258, short_type, 4, bits) +
          entry(259, short_type, 1, 1) + entry(262, short_type, 1, 2) + entry(273, long_type, 1, data) +
          entry(277, short_type, 1, 4) + entry(278, short_type, 1, 1) + entry(279, long_type, 1, 4) +
          entry(338, short_type, 1, 2);
  tiff.append("\0\0\0\0\x08\0\x08\0\x08\0\x08\0", 12).append("\xC8\x64\x32\x33");
  const TempFolder folder;
  const auto picture = read_picture(folder.put("alpha.tif", tiff));
  const double rgb[] = {200, 100, 50};
  for (int channel = 0; channel < 3; ++channel) {
    const double expected = 0.2 * rgb[channel] / 255 + 0.8;
    CHECK(std::abs(picture.select(1, channel).item<double>() - expected) < 1.0 / 255);
  }
}

TEST_CASE("read_picture turns pictures upright as EXIF says", "[image][unit]") {
  const TempFolder folder;
  const auto orientation = GENERATE(range(1, 9));
  const bool big_endian = GENERATE(false, true);
  const auto [extension, type] = GENERATE(table<std::string, int>(
      {{".jpg", CV_8UC3}, {".jpg", CV_8UC1}, {".png", CV_8UC3}, {".png", CV_8UC4}, {".webp", CV_8UC3}}));
  const auto file = encoded(extension, noise_pixels(5, 3, type));
  const auto stored = read_picture(folder.put("stored", file));
  const auto picture = read_picture(folder.put("with exif", with_exif(file, exif_block(orientation, big_endian))));
  CHECK(difference(picture, turned_upright(stored, orientation)) == 0);
}

TEST_CASE("read_picture takes a picture with senseless EXIF as upright", "[image][unit]") {
  const TempFolder folder;
  const auto good = exif_block(6, true);
  const auto [what, exif] = GENERATE_COPY(table<std::string, std::string>(
      {{"orientation 0", exif_block(0, true)},
       {"orientation 9", exif_block(9, false)},
       {"nothing", ""},
       {"cut off", good.substr(0, 9)},
       {"directory beyond the end", "MM" + good.substr(2, 2) + "\xFF\xFF\xFF\xF0" + good.substr(8)},
       {"65535 entries", good.substr(0, 8) + "\xFF\xFF"}}));
  INFO(what);
  const auto file = encoded(".jpg", noise_pixels(5, 3, CV_8UC3));
  const auto picture = read_picture(folder.put("picture.jpg", with_exif(file, exif)));
  CHECK(picture.size(2) == 5);
  CHECK(picture.size(3) == 3);
}

TEST_CASE("read_picture refuses truncated files", "[image][unit]") {
  const TempFolder folder;
  const auto* extension = GENERATE(".jpg", ".png", ".webp", ".tif", ".bmp", ".ppm");
  // The embedded JPEG stands for the thumbnail of a camera: its end marker is not the picture's.
  const auto pixels = noise_pixels(40, 50, CV_8UC3);
  auto file = encoded(extension, pixels);
  if (extension == std::string(".jpg")) file = with_exif(file, exif_block(1, true) + file.substr(0, 6000));
  REQUIRE_NOTHROW(read_picture(folder.put("whole", file)));
  for (const double part : {0.2, 0.5, 0.8, 0.95, 1.0}) {
    const auto size = static_cast<size_t>(part * static_cast<double>(file.size())) - 1;
    INFO(extension << " cut to " << size << " of " << file.size() << " bytes");
    const auto error = error_of([&] { read_picture(folder.put("part", file.substr(0, size))); });
    CHECK(error.code() == ErrorCode::Input);
    CHECK(contains(error.what(), "truncated"));
  }
}

TEST_CASE("read_picture accepts what cameras write behind the end of a JPEG", "[image][unit]") {
  const TempFolder folder;
  CHECK_NOTHROW(read_picture(folder.put("a.jpg", encoded(".jpg", noise_pixels(8, 8, CV_8UC3)) + "more data")));
}

TEST_CASE("read_picture says what is wrong with a file, each in its own words", "[image][unit]") {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "folder.png");
  const auto broken_png = encoded(".png", noise_pixels(8, 8, CV_8UC3)).replace(8, 8, 8, '\0');
  const std::map<std::string, std::string> reasons{
      {folder / "missing.png", "does not exist"},
      {folder / "folder.png", "is a folder"},
      {folder.put("empty.png", ""), "is empty"},
      {folder.put("text.png", "Dear all, this is no picture.\n"), "is not a picture"},
      {folder.put("letter", "x"), "is not a picture"},
      {folder.put("wide.ppm", "P6 2000000 1000 255\n"), "is too large"},
      {folder.put("float.tif", encoded(".tif", cv::Mat(4, 4, CV_32FC3, cv::Scalar(0.5)))), "neither 8 nor 16 bits"},
      {folder.put("broken.png", broken_png), "PNG data"}};
  for (const auto& [file, reason] : reasons) {
    const auto error = error_of([&, name = file] { read_picture(name); });
    INFO(error.what());
    CHECK(error.code() == ErrorCode::Input);
    CHECK(contains(error.what(), "'" + file + "'"));
    CHECK(contains(error.what(), reason));
    CHECK_FALSE(contains(error.what(), "OpenCV"));
  }
}

}  // namespace styler::test
