#include <algorithm>
#include <sstream>

#include "support/catch.hpp"
#include "support/read_support.hpp"

namespace styler::test {
namespace {

/// What lcms2's calculator gives for the eight patches, in levels of 8 bits; it leaves the range where sRGB ends.
std::vector<std::vector<double>> calculated(const std::string& profile) {
  std::istringstream lines(fixture("profiles/" + profile + ".txt"));
  std::vector<std::vector<double>> patches;
  double r = 0, g = 0, b = 0;
  while (lines >> r >> g >> b) {
    patches.push_back({std::clamp(r, 0.0, 255.0), std::clamp(g, 0.0, 255.0), std::clamp(b, 0.0, 255.0)});
  }
  REQUIRE(patches.size() == 8);
  return patches;
}

/// The largest difference, in levels of 8 bits, of a file's eight patches.
double patch_difference(const at::Tensor& colour, const std::string& profile) {
  const auto expected = calculated(profile);
  const auto side = static_cast<int>(colour.size(3) / 8);
  const auto row = static_cast<int>(colour.size(2) / 2);
  double largest = 0;
  for (int patch = 0; patch < 8; ++patch) {
    for (int channel = 0; channel < 3; ++channel) {
      const double value = value_at(colour, channel, row, patch * side + side / 2);
      largest = std::max(largest, std::abs(value - expected[patch][channel]));
    }
  }
  return largest;
}

constexpr size_t kBehindHeader = 8 + 25;  // of a PNG: its signature and its first chunk

/// The chunk of a PNG that begins with `type`, whole.
std::string chunk_of(const std::string& png, const std::string& type) {
  const auto found = png.find(type);
  REQUIRE(found != std::string::npos);
  size_t length = 0;
  for (size_t i = found - 4; i < found; ++i) length = length << 8 | static_cast<unsigned char>(png[i]);
  return png.substr(found - 4, length + 12);
}

}  // namespace

TEST_CASE("profiles are converted to sRGB as lcms2's own calculator does, within a level of 8 bits", "[image][unit]") {
  for (const std::string profile : {"p3", "adobe", "prophoto", "scanner", "grey"}) {
    INFO(profile);
    CHECK(patch_difference(decoded(fixture("profiles/" + profile + ".png")).colour, profile) < 0.5);
    if (profile == "grey") continue;
    CHECK(patch_difference(decoded(fixture("profiles/" + profile + ".tif")).colour, profile) < 0.5);
  }
  CHECK(patch_difference(decoded(fixture("profiles/p3.webp")).colour, "p3") < 0.5);
  CHECK(patch_difference(decoded(fixture("profiles/p3.jpg")).colour, "p3") < 3);  // JPEG's own loss is in it
}

TEST_CASE("large pictures, which go through tables, get the same colours", "[image][unit]") {
  for (const std::string profile : {"p3", "adobe", "prophoto", "scanner", "grey"}) {
    INFO(profile);
    const auto small = fixture("profiles/" + profile + ".png");
    const auto expected = decoded(small).colour;
    // The same eight patches as stripes, 300 pixels each.
    cv::Mat stripes(40, 8 * 300, profile == "grey" ? CV_8UC1 : CV_8UC3);
    const int patches[8][3] = {{255, 255, 255}, {0, 0, 0},    {128, 128, 128}, {200, 100, 50},
                               {30, 60, 90},    {20, 20, 20}, {90, 160, 90},   {180, 170, 40}};
    for (int i = 0; i < 8; ++i) {
      const auto* rgb = patches[i];
      stripes.colRange(300 * i, 300 * i + 300) =
          profile == "grey" ? cv::Scalar(rgb[0]) : cv::Scalar(rgb[2], rgb[1], rgb[0]);
    }
    auto file = encoded(".png", stripes);
    file.insert(kBehindHeader, chunk_of(small, "iCCP"));
    const auto colour = decoded(file).colour;
    CHECK(patch_difference(colour, profile) < 0.5);
    for (int i = 0; i < 8; ++i)
      CHECK(difference(colour.slice(3, 300 * i, 300 * i + 1).slice(2, 0, 1), expected.slice(3, i, i + 1)) < 0.1);
  }
}

TEST_CASE("CMYK is converted by its profile, and without one as if its inks were ideal", "[image][unit]") {
  CHECK(patch_difference(decoded(fixture("profiles/press.tif")).colour, "press") < 0.5);
  CHECK(patch_difference(decoded(fixture("profiles/press.jpg")).colour, "press") < 3);
  for (const auto* file : {"tiff/cmyk.tif", "jpeg/cmyk.jpg"}) {
    std::vector<std::string> warnings;
    CHECK_NOTHROW(decoded(fixture(file), {}, &warnings));
    REQUIRE(warnings.size() == 1);
    CHECK(contains(warnings[0], "CMYK without a colour profile"));
    CHECK(contains(warnings[0], "ideal"));
    CHECK(error_of([&] { decode_map(fixture(file), "map"); }).code() == ErrorCode::Input);
  }
}

TEST_CASE("Adobe RGB counts where EXIF or XMP alone tell of it", "[image][unit]") {
  constexpr uint32_t kWhitePoint = 0x013E, kPrimaries = 0x013F, kColorSpace = 0xA001, kUncalibrated = 0xFFFF;
  const bool big_endian = GENERATE(false, true);
  const std::vector<ExifEntry> r03{{1, kExifText, {'R', '0', '3', 0}}};
  const std::vector<ExifEntry> chromaticities{
      {kWhitePoint, kExifRational, {3127, 10000, 3290, 10000}},
      {kPrimaries, kExifRational, {64, 100, 33, 100, 21, 100, 71, 100, 15, 100, 6, 100}}};
  const auto exif = [&](uint32_t space, const std::vector<ExifEntry>& image, const std::vector<ExifEntry>& index) {
    const std::vector<ExifEntry> photo{{kColorSpace, kExifShort, {space}}};
    return exif_block(ExifParts{image, space != 0 ? photo : std::vector<ExifEntry>(), index, {}}, big_endian);
  };
  auto plain = fixture("profiles/adobe.png");
  plain.erase(plain.find("iCCP") - 4, chunk_of(plain, "iCCP").size());
  REQUIRE(patch_difference(decoded(plain).colour, "adobe") > 10);
  const auto [what, file] = GENERATE_COPY(table<std::string, std::string>(
      {{"R03", with_exif(plain, exif(kUncalibrated, {}, r03))},
       {"R03 alone", with_exif(plain, exif(0, {}, r03))},
       {"2", with_exif(plain, exif(2, {}, {}))},
       {"its primaries", with_exif(plain, exif(kUncalibrated, chromaticities, {}))},
       {"XMP's profile", with_xmp(plain, xmp_packet_of("photoshop:ICCProfile", "Adobe RGB (1998)"))},
       {"XMP's 2", with_xmp(plain, xmp_packet_of("exif:ColorSpace", "2"))}}));
  INFO(what);
  std::vector<std::string> warnings;
  CHECK(patch_difference(decoded(file, {}, &warnings).colour, "adobe") < 0.5);
  CHECK(warnings.empty());
}

TEST_CASE("EXIF's colours count in every format, for greys too", "[image][unit]") {
  const auto adobe = exif_block(ExifParts{{}, {{0xA001, kExifShort, {2}}}, {}, {}}, false);
  for (const auto* extension : {".jpg", ".png", ".webp"}) {
    INFO(extension);
    const auto plain = encoded(extension, cv::Mat(16, 16, CV_8UC3, cv::Scalar(50, 100, 200)));
    const Picture picture = decoded(with_exif(plain, adobe));
    // What lcms2's calculator gives for this patch, the fourth of those in the profile's text.
    std::vector<double> expected = calculated("adobe")[3];
    for (int channel = 0; channel < 3; ++channel) {
      CHECK(value_at(picture.colour, channel, 8, 8) == support::Approx(expected[channel]).margin(3));
    }
  }
  // A level of 20 with a gamma of 563/256 is 13 with sRGB's curve.
  const auto grey = encoded(".png", cv::Mat(2, 2, CV_8UC1, cv::Scalar(20)));
  CHECK(value_at(decoded(with_exif(grey, adobe)).colour, 0, 1, 1) == support::Approx(12.2).margin(0.5));
}

TEST_CASE("a file's own profile comes before EXIF, and sRGB that EXIF tells of stays", "[image][unit]") {
  const auto space = [](uint32_t number) {
    return exif_block(ExifParts{{}, {{0xA001, kExifShort, {number}}}, {}, {}}, true);
  };
  for (const auto* name : {"profiles/p3.png", "profiles/p3.webp", "profiles/p3.jpg"}) {
    INFO(name);
    CHECK(decoded(with_exif(fixture(name), space(2))).colour.equal(decoded(fixture(name)).colour));
  }
  std::vector<std::string> warnings;
  const auto plain = encoded(".jpg", noise_pixels(5, 3, CV_8UC3));
  CHECK(decoded(with_exif(plain, space(1)), {}, &warnings).colour.equal(decoded(plain).colour));
  CHECK(warnings.empty());
  CHECK(decoded(with_exif(plain, space(0xFFFF)), {}, &warnings).colour.equal(decoded(plain).colour));
  REQUIRE(warnings.size() == 1);
  CHECK(contains(warnings[0], "not those of sRGB"));
}

TEST_CASE("a profile that does not fit the pixels is ignored with a warning", "[image][unit]") {
  const auto plain = fixture("png/rgb8.png");
  auto misfit = plain;
  misfit.insert(kBehindHeader, chunk_of(fixture("profiles/grey.png"), "iCCP"));
  std::vector<std::string> warnings;
  CHECK(decoded(misfit, {}, &warnings).colour.equal(decoded(plain).colour));
  REQUIRE(warnings.size() == 1);
  CHECK(contains(warnings[0], "colour profile that is damaged or for other pixels"));
}

TEST_CASE("a grey picture may keep the profile of the colour picture that it was", "[image][unit]") {
  std::vector<std::string> warnings;
  const auto jpeg_profile = fixture("profiles/p3.jpg");
  // In JPEG, whose decoder hands any profile on.
  const auto segment = jpeg_profile.find("\xFF\xE2");
  REQUIRE(segment != std::string::npos);
  const size_t length = 2 + 256 * static_cast<unsigned char>(jpeg_profile[segment + 2]) +
                        static_cast<unsigned char>(jpeg_profile[segment + 3]);
  const auto plain = fixture("jpeg/grey.jpg");
  auto grey = plain;
  grey.insert(2, jpeg_profile.substr(segment, length));
  // Display P3 has sRGB's curve, so greys stay what they are.
  CHECK(difference(decoded(grey, {}, &warnings).colour, decoded(plain).colour) < 0.5);
  CHECK(warnings.empty());
  auto damaged = plain;
  auto profile = jpeg_profile.substr(segment, length);
  profile.replace(100, 300, 300, '\x7F');
  damaged.insert(2, profile);
  CHECK(decoded(damaged, {}, &warnings).colour.equal(decoded(plain).colour));
  REQUIRE(warnings.size() == 1);
  CHECK(contains(warnings[0], "colour profile that is damaged"));
}

TEST_CASE("PNG's gamma counts where no profile stands", "[image][unit]") {
  // gAMA 1.0 says linear light: half of it is 188 in sRGB. The checksums are those of the chunks.
  const std::string linear("\0\0\0\4gAMA\0\1\x86\xA0\x31\xE8\x96\x5F", 16),
      usual("\0\0\0\4gAMA\0\0\xB1\x8F\x0B\xFC\x61\x05", 16);
  const auto plain = encoded(".png", cv::Mat(2, 2, CV_8UC3, cv::Scalar::all(128)));
  auto file = plain;
  CHECK(value_at(decoded(file.insert(kBehindHeader, linear)).colour, 1, 1, 1) == support::Approx(188).margin(0.5));
  file = plain;  // 1/2.2 is how sRGB is said there
  CHECK(value_at(decoded(file.insert(kBehindHeader, usual)).colour, 1, 1, 1) == support::Approx(128));
}

}  // namespace styler::test
