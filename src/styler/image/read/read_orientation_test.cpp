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

TEST_CASE("an orientation counts in whatever way it is stored", "[image][unit]") {
  constexpr uint32_t kOrientation = 0x0112;
  const bool big_endian = GENERATE(false, true);
  const auto* extension = GENERATE(".jpg", ".png", ".webp");
  const auto exif = [&](uint32_t type, const std::vector<uint32_t>& values) {
    return exif_block({.image = {{kOrientation, type, values}}, .photo = {}, .interoperability = {}, .thumbnail = {}},
                      big_endian);
  };
  const auto plain = encoded(extension, noise_pixels(5, 3, CV_8UC3));
  const auto good = exif(kExifShort, {6});
  std::string invalid_first = exif_block({.image = {{kOrientation, kExifShort, {0}}, {kOrientation, kExifShort, {6}}},
                                          .photo = {},
                                          .interoperability = {},
                                          .thumbnail = {}},
                                         big_endian);
  const auto [what, file] = GENERATE_COPY(table<std::string, std::string>(
      {{"BYTE", with_exif(plain, exif(kExifByte, {6}))},
       {"LONG", with_exif(plain, exif(kExifLong, {6}))},
       {"signed BYTE", with_exif(plain, exif(kExifSignedByte, {6}))},
       {"RATIONAL", with_exif(plain, exif(kExifRational, {12, 2}))},
       {"a digit of text", with_exif(plain, exif(kExifText, {'6', 0}))},
       {"two values", with_exif(plain, exif(kExifShort, {6, 1}))},
       {"twice, first without sense", with_exif(plain, invalid_first)},
       {"behind the word Exif", with_exif(plain, std::string("Exif\0\0", 6) + good)},
       {"behind garbage", with_exif(plain, "garbage" + good)},
       {"in the second of two blocks", with_exif(with_exif(plain, good), exif_block({}, big_endian))},
       {"in XMP alone", with_xmp(plain, xmp_packet_of("tiff:Orientation", "6"))},
       {"in XMP, and none in EXIF",
        with_xmp(with_exif(plain, exif(kExifShort, {0})), xmp_packet_of("tiff:Orientation", "6"))}}));
  INFO(what << " in " << extension);
  std::vector<std::string> warnings;
  CHECK(decoded(file, {}, &warnings).colour.equal(turned_upright(decoded(plain).colour, 6)));
  CHECK(warnings.empty());
}

TEST_CASE("XMP may call its namespaces as it likes and write elements", "[image][unit]") {
  const auto plain = encoded(".jpg", noise_pixels(5, 3, CV_8UC3));
  const auto expected = turned_upright(decoded(plain).colour, 8);
  const std::string space = "xmlns:t=\"http://ns.adobe.com/tiff/1.0/\"";
  for (const std::string& xmp : std::vector<std::string>{
           "<d " + space + "><t:Orientation>8</t:Orientation></d>", "<d " + space + "\n t:Orientation = \"8\"/>",
           "<d " + space + " not:Orientation='3'><t:Orientation> 8 </t:Orientation></d>"}) {
    INFO(xmp);
    CHECK(decoded(with_xmp(plain, xmp)).colour.equal(expected));
  }
  for (const std::string& xmp :
       std::vector<std::string>{"<d " + space + " t:Orientation='88'/>", "<d " + space + " t:Orientation='",
                                "<d " + space + " t:Orientation", std::string("http://ns.adobe.com/tiff/1.0/"),
                                std::string("<d xmlns:t='http://ns.adobe.com/other/' t:Orientation='8'/>")}) {
    INFO(xmp);
    CHECK(decoded(with_xmp(plain, xmp)).colour.equal(decoded(plain).colour));
  }
}

TEST_CASE("EXIF's orientation comes before XMP's, and the first block's before the second's", "[image][unit]") {
  const auto plain = encoded(".jpg", noise_pixels(5, 3, CV_8UC3));
  const auto upright = decoded(plain).colour;
  std::vector<std::string> warnings;
  const auto exif = with_exif(plain, exif_block(1, false));
  CHECK(decoded(with_xmp(exif, xmp_packet_of("tiff:Orientation", "6")), {}, &warnings).colour.equal(upright));
  CHECK(warnings.empty());
  const auto twice = with_exif(exif, exif_block(3, true));  // which comes to stand before it
  CHECK(decoded(twice, {}, &warnings).colour.equal(turned_upright(upright, 3)));
  REQUIRE(warnings.size() == 1);
  CHECK(contains(warnings[0], "in two EXIF blocks"));
}

TEST_CASE("a thumbnail's orientation is not the picture's, and is told of where it stands alone", "[image][unit]") {
  const auto plain = encoded(".jpg", noise_pixels(5, 3, CV_8UC3));
  const std::vector<ExifEntry> turned{{0x0112, kExifShort, {6}}}, upright{{0x0112, kExifShort, {1}}};
  std::vector<std::string> warnings;
  const auto alone = with_exif(plain, exif_block(ExifParts{{}, {}, {}, turned}, true));
  CHECK(decoded(alone, {}, &warnings).colour.equal(decoded(plain).colour));
  REQUIRE(warnings.size() == 1);
  CHECK(contains(warnings[0], "how its thumbnail was held"));
  warnings.clear();
  const auto both = with_exif(plain, exif_block(ExifParts{upright, {}, {}, turned}, true));
  CHECK(decoded(both, {}, &warnings).colour.equal(decoded(plain).colour));
  CHECK(warnings.empty());
}

TEST_CASE("a picture with senseless EXIF is taken as upright", "[image][unit]") {
  const auto good = exif_block(6, true);
  const auto [what, exif] = GENERATE_COPY(table<std::string, std::string>(
      {{"orientation 0", exif_block(0, true)},
       {"orientation 9", exif_block(9, false)},
       {"nothing", ""},
       {"a LONG of 65542", exif_block(ExifParts{{{0x0112, kExifLong, {65542}}}, {}, {}, {}}, true)},
       {"no values", exif_block(ExifParts{{{0x0112, kExifShort, {}}}, {}, {}, {}}, false)},
       {"cut off", good.substr(0, 9)},
       {"directory beyond the end", "MM" + good.substr(2, 2) + "\xFF\xFF\xFF\xF0" + good.substr(8)},
       {"65535 entries", good.substr(0, 8) + "\xFF\xFF"}}));
  INFO(what);
  const auto picture = decoded(with_exif(encoded(".jpg", noise_pixels(5, 3, CV_8UC3)), exif));
  CHECK(picture.colour.size(2) == 5);
  CHECK(picture.colour.size(3) == 3);
}

}  // namespace styler::test
