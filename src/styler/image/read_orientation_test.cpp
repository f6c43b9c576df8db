#include "support/catch.hpp"
#include "support/read_support.hpp"

namespace styler::test {
namespace {

/// A little-endian TIFF's orientation tag, with the value 1 (upright).
constexpr std::string_view kUprightTag("\x12\x01\x03\x00\x01\x00\x00\x00\x01\x00", 10);

std::string with_orientation(std::string file, int orientation, bool big_endian) {
  if (!file.starts_with("II*")) return with_exif(file, exif_block(orientation, big_endian));
  const auto tag = file.find(kUprightTag);
  REQUIRE(tag != std::string::npos);
  file[tag + kUprightTag.size() - 2] = static_cast<char>(orientation);
  return file;
}

}  // namespace

TEST_CASE("pictures are turned upright as EXIF says, alpha with them", "[image][unit]") {
  const auto orientation = GENERATE(range(1, 9));
  const bool big_endian = GENERATE(false, true);
  const auto* name = GENERATE("jpeg/444.jpg", "jpeg/grey.jpg", "jpeg/420.jpg", "png/rgb8.png", "png/rgb16_alpha.png",
                              "png/interlaced_alpha.png", "webp/lossless.webp", "webp/lossless_alpha.webp",
                              "tiff/rgb8.tif", "tiff/straight.tif", "tiff/premultiplied16.tif", "tiff/tiles.tif",
                              "tiff/grey1.tif", "tiff/palette.tif", "tiff/lab.tif");
  INFO(name);
  const Picture stored = decoded(fixture(name));
  const Picture upright = decoded(with_orientation(fixture(name), orientation, big_endian));
  CHECK(upright.alpha.defined() == stored.alpha.defined());
  if (!stored.alpha.defined()) {
    CHECK(upright.colour.equal(turned_upright(stored.colour, orientation)));
    return;
  }
  CHECK(upright.alpha.equal(turned_upright(stored.alpha, orientation)));
  // What is hidden is filled after turning, and so may differ.
  const auto visible = upright.alpha.gt(0);
  CHECK(upright.colour.mul(visible).equal(turned_upright(stored.colour, orientation).mul(visible)));
}

TEST_CASE("pictures larger than a block of rows are turned as well", "[image][unit]") {
  const auto orientation = GENERATE(range(1, 9));
  const auto file = encoded(".png", noise_pixels(53, 37, CV_8UC3));
  const auto upright = decoded(with_exif(file, exif_block(orientation, true))).colour;
  CHECK(upright.equal(turned_upright(decoded(file).colour, orientation)));
}

TEST_CASE("a picture with senseless EXIF is taken as upright", "[image][unit]") {
  const auto good = exif_block(6, true);
  const auto [what, exif] = GENERATE_COPY(table<std::string, std::string>(
      {{"orientation 0", exif_block(0, true)},
       {"orientation 9", exif_block(9, false)},
       {"nothing", ""},
       {"cut off", good.substr(0, 9)},
       {"directory beyond the end", "MM" + good.substr(2, 2) + "\xFF\xFF\xFF\xF0" + good.substr(8)},
       {"65535 entries", good.substr(0, 8) + "\xFF\xFF"}}));
  INFO(what);
  const auto picture = decoded(with_exif(encoded(".jpg", noise_pixels(5, 3, CV_8UC3)), exif));
  CHECK(picture.colour.size(2) == 5);
  CHECK(picture.colour.size(3) == 3);
}

}  // namespace styler::test
