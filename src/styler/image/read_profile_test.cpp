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

TEST_CASE("CMYK is converted by its profile, and refused without", "[image][unit]") {
  CHECK(patch_difference(decoded(fixture("profiles/press.tif")).colour, "press") < 0.5);
  CHECK(patch_difference(decoded(fixture("profiles/press.jpg")).colour, "press") < 3);
  for (const auto* file : {"tiff/cmyk.tif", "jpeg/cmyk.jpg"}) {
    const auto error = error_of([&] { decoded(fixture(file)); });
    CHECK(error.code() == ErrorCode::Input);
    CHECK(contains(error.what(), "CMYK without a colour profile"));
    CHECK(contains(error.what(), "convert it to RGB"));
  }
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
