#include <bit>
#include <cstring>
#include <map>

#include "support/catch.hpp"
#include "support/read_support.hpp"

namespace styler::test {
namespace {

using std::string_literals::operator""s;

template <typename Value>
std::string bytes_of(std::initializer_list<Value> values) {
  static_assert(std::endian::native == std::endian::little);
  std::string bytes(values.size() * sizeof(Value), '\0');
  std::memcpy(bytes.data(), std::data(values), bytes.size());
  return bytes;
}

constexpr uint16_t kBits = 258, kCompression = 259, kPhotometric = 262, kFillOrder = 266, kSamples = 277, kPlanes = 284,
                   kColourMap = 320, kInkSet = 332, kExtraSamples = 338, kFormat = 339;
constexpr uint16_t kUnsigned = 1, kSigned = 2, kFloating = 3, kComplex = 6;
constexpr uint16_t kWhiteIs0 = 0, kBlackIs0 = 1, kRgb = 2, kPalette = 3, kCmyk = 5, kCieLab = 8, kIccLab = 9,
                   kItuLab = 10, kSensor = 32803;

/// A TIFF of one row and one strip (two with planes), put together by hand: libtiff would not write all of these.
struct Tiff {
  uint32_t width = 1;
  std::map<uint16_t, std::vector<uint16_t>> tags = {};
  std::string pixels = {};

  std::string bytes() const {
    auto all = tags;
    const size_t samples = tags.contains(kSamples) ? tags.at(kSamples)[0] : 1;
    if (all.contains(kBits)) all[kBits].resize(samples, all[kBits][0]);
    if (all.contains(kFormat)) all[kFormat].resize(samples, all[kFormat][0]);
    all[256] = {static_cast<uint16_t>(width)};
    all[257] = {1};
    all.try_emplace(kCompression, std::vector<uint16_t>{1});
    const size_t strips = all.contains(kPlanes) && all[kPlanes][0] == 2 ? samples : 1;
    const size_t directory = 8, behind = directory + 2 + 12 * (all.size() + 2) + 4;
    std::string values, entries;
    const auto strip_numbers = [&](uint16_t tag, size_t first, size_t step) {
      std::string numbers;
      for (size_t i = 0; i < strips; ++i) numbers += bytes_of({static_cast<uint32_t>(first + i * step)});
      entries += entry(tag, 4, strips, numbers, behind, values);
    };
    const size_t reserved = 4096;  // where the pixels begin
    for (uint16_t tag = 256; tag < 400; ++tag) {
      if (tag == 273) strip_numbers(tag, reserved, pixels.size() / strips);
      if (tag == 279) strip_numbers(tag, pixels.size() / strips, 0);
      if (!all.contains(tag)) continue;
      std::string numbers;
      for (const uint16_t value : all[tag]) numbers += bytes_of({value});
      entries += entry(tag, 3, all[tag].size(), numbers, behind, values);
    }
    std::string file = "II*\0"s + bytes_of({static_cast<uint32_t>(directory)}) +
                       bytes_of({static_cast<uint16_t>(all.size() + 2)}) + entries + "\0\0\0\0"s + values;
    REQUIRE(file.size() <= reserved);
    file.resize(reserved, '\0');
    return file + pixels;
  }

 private:
  static std::string entry(uint16_t tag, uint16_t type, size_t count, std::string value, size_t behind,
                           std::string& values) {
    if (value.size() > 4) {
      const auto offset = static_cast<uint32_t>(behind + values.size());
      values += value;
      value = bytes_of({offset});
    }
    value.resize(4, '\0');
    return bytes_of({tag, type}) + bytes_of({static_cast<uint32_t>(count)}) + value;
  }
};

Tiff grey(uint32_t width, uint16_t bits, uint16_t format, const std::string& pixels) {
  return {width, {{kBits, {bits}}, {kFormat, {format}}, {kPhotometric, {kBlackIs0}}}, pixels};
}

Tiff colours(uint16_t photometric, uint16_t bits, const std::string& pixels, uint16_t samples = 3) {
  return {1, {{kBits, {bits}}, {kSamples, {samples}}, {kPhotometric, {photometric}}}, pixels};
}

/// The first channel of each pixel of the first row, in levels.
std::vector<double> row_of(const Tiff& tiff, std::string* warning = nullptr) {
  std::vector<std::string> warnings;
  const auto colour = decoded(tiff.bytes(), {}, &warnings).colour;
  if (warning != nullptr) {
    REQUIRE(warnings.size() == 1);
    *warning = warnings[0];
  } else {
    CHECK(warnings.empty());
  }
  std::vector<double> row;
  for (int x = 0; x < colour.size(3); ++x) row.push_back(value_at(colour, 0, 0, x));
  return row;
}

void check_levels(const std::vector<double>& levels, const std::vector<double>& expected, double margin = 0.01) {
  REQUIRE(levels.size() == expected.size());
  for (size_t i = 0; i < levels.size(); ++i) CHECK(levels[i] == support::Approx(expected[i]).margin(margin));
}

void check_colour(const Tiff& tiff, const std::vector<double>& expected, double margin) {
  const auto colour = decoded(tiff.bytes()).colour;
  for (int c = 0; c < 3; ++c) {
    INFO("channel " << c);
    CHECK(value_at(colour, c, 0, 0) == support::Approx(expected[c]).margin(margin));
  }
}

std::string tiff_refusal(const Tiff& tiff) {
  return error_of([&] { decoded(tiff.bytes()); }).what();
}

}  // namespace

TEST_CASE("TIFF: floating point of every size is read", "[image][unit]") {
  check_levels(row_of(grey(4, 16, kFloating, bytes_of<uint16_t>({0, 0x3800, 0x3C00, 0x3400}))), {0, 127.5, 255, 63.75});
  check_levels(row_of(grey(1, 16, kFloating, bytes_of<uint16_t>({0x0200}))), {255.0 / 32768}, 1e-4);  // very small
  check_levels(row_of(grey(3, 24, kFloating, "\0\0\0\0\0\x3E\0\0\x3F"s)), {0, 127.5, 255});
  check_levels(row_of(grey(3, 32, kFloating, bytes_of({0.0F, 0.5F, 1.0F}))), {0, 127.5, 255});
  check_levels(row_of(grey(3, 64, kFloating, bytes_of({0.0, 0.5, 1.0}))), {0, 127.5, 255});
  auto inverted = grey(2, 16, kFloating, bytes_of<uint16_t>({0, 0x3C00}));
  inverted.tags[kPhotometric] = {kWhiteIs0};
  check_levels(row_of(inverted), {255, 0});
}

TEST_CASE("TIFF: floating point that ends at 255 or 65535 is recognised, with a warning", "[image][unit]") {
  std::string warning;
  check_levels(row_of(grey(4, 32, kFloating, bytes_of({0.0F, 51.0F, 204.0F, 255.0F})), &warning), {0, 51, 204, 255});
  CHECK(contains(warning, "holds floating-point numbers from 0 to 255; 0 is taken for black and 255 for white"));
  check_levels(row_of(grey(3, 32, kFloating, bytes_of({0.0F, 257.0F, 65535.0F})), &warning), {0, 1, 255});
  CHECK(contains(warning, "65535 for white"));
  // What resizing and denoising leave: a little beyond both ends, or numbers without end.
  check_levels(row_of(grey(4, 32, kFloating, bytes_of({-0.4F, 51.0F, 204.0F, 260.0F})), &warning), {0, 51, 204, 255});
  CHECK(contains(warning, "255 for white"));
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::vector<std::string> warnings;
  decoded(grey(4, 32, kFloating, bytes_of({0.0F, 51.0F, 204.0F, kInfinity})).bytes(), {}, &warnings);
  CHECK(contains(warnings.at(0), "255 for white"));
  const auto unknown = grey(3, 32, kFloating, bytes_of({0.0F, 2000.0F, 4095.0F}));
  CHECK(contains(error_of([&] { decoded(unknown.bytes()); }).what(), "nobody knows what is white"));
  check_levels(row_of(grey(4, 32, kFloating, bytes_of({0.2F, 0.5F, 0.8F, 3.0F})), &warning), {51, 127.5, 204, 255});
  CHECK(contains(warning, "from 0 to 3; 0 is taken for black and 1 for white"));
}

TEST_CASE("TIFF: integers with a sign count from their lowest, and long ones are cut to what fits, with a warning",
          "[image][unit]") {
  std::string warning;
  check_levels(row_of(grey(3, 8, kSigned, bytes_of<int8_t>({-128, 0, 127})), &warning), {0, 128, 255});
  CHECK(contains(warning, "with a sign"));
  check_levels(row_of(grey(3, 16, kSigned, bytes_of<int16_t>({-32768, 0, 32767})), &warning), {0, 127.502, 255});
  constexpr int32_t kLowest = std::numeric_limits<int32_t>::min();
  check_levels(row_of(grey(3, 32, kSigned, bytes_of<int32_t>({kLowest, 0, -(kLowest + 1)})), &warning),
               {0, 127.5, 255});
  CHECK(contains(warning, "32 bits with a sign"));
  check_levels(row_of(grey(2, 32, kUnsigned, bytes_of<uint32_t>({0x80000000, 0xFFFFFFFF})), &warning), {127.5, 255});
  CHECK(contains(warning, "32 bits"));
  check_levels(row_of(grey(2, 24, kUnsigned, "\0\0\x80\xFF\xFF\xFF"s), &warning), {127.5, 255});
  check_levels(row_of(grey(2, 32, kUnsigned, bytes_of<uint32_t>({257, 65535})), &warning), {1, 255});
  CHECK(contains(warning, "from 0 to 65535; 0 is taken for black and 65535 for white"));
  check_levels(row_of(grey(2, 16, kSigned, bytes_of<int16_t>({51, 255})), &warning), {51, 255});
  check_levels(row_of(grey(2, 16, kSigned, bytes_of<int16_t>({0, 32767})), &warning), {0, 255});
  check_levels(row_of(grey(1, 64, kUnsigned, bytes_of<uint64_t>({~uint64_t{0}})), &warning), {255});
}

TEST_CASE("TIFF: all bits set are white, however many there are", "[image][unit]") {
  for (uint16_t bits = 1; bits <= 16; ++bits) {
    INFO(bits << " bits");
    // One pixel that is white and one that is black.
    const uint32_t row = bits == 16 ? 0xFFFF : ((1U << bits) - 1) << (32 - bits);
    std::string packed;
    for (const int shift : {24, 16, 8, 0}) packed += static_cast<char>(row >> shift & 0xFF);
    if (bits == 16) packed = bytes_of<uint32_t>({row});
    check_levels(row_of(grey(2, bits, kUnsigned, packed)), {255, 0});
  }
  check_levels(row_of(grey(2, 12, kUnsigned, "\x80\x10\0"s)), {255 * 2049.0 / 4095, 0});
  check_colour(colours(kRgb, 10, "\xFF\xC0\x18\x04"s), {255, 255 / 1023.0, 255 * 513 / 1023.0}, 0.01);
  auto reversed = grey(8, 1, kUnsigned, "\x01"s);
  reversed.tags[kFillOrder] = {2};
  check_levels(row_of(reversed), {255, 0, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("TIFF: the three kinds of L*a*b* are converted by Little CMS", "[image][unit]") {
  const std::vector<double> white{255, 255, 255}, black{0, 0, 0}, grey{119, 119, 119}, red{255, 0, 0};
  check_colour(colours(kCieLab, 8, "\xFF\0\0"s), white, 0.5);
  check_colour(colours(kCieLab, 8, "\0\0\0"s), black, 0.5);
  check_colour(colours(kCieLab, 8, "\x80\0\0"s), grey, 1);
  check_colour(colours(kCieLab, 8, "\x8A\x51\x46"s), red, 4);  // 54.3, 80.8, 69.9 from white as profiles have it
  check_colour(colours(kIccLab, 8, "\xFF\x80\x80"s), white, 0.5);
  check_colour(colours(kIccLab, 8, "\x8A\xD1\xC6"s), red, 4);
  check_colour(colours(kItuLab, 8, "\xFF\x80\x60"s), white, 0.5);
  check_colour(colours(kItuLab, 8, "\x8A\xF9\xB9"s), red, 4);
  check_colour(colours(kCieLab, 16, bytes_of<uint16_t>({0xFFFF, 0, 0})), white, 0.5);
  check_colour(colours(kCieLab, 16, bytes_of<uint16_t>({0x8AFB, 0x50CF, 0x45E4})), red, 1);
  check_colour(colours(kIccLab, 16, bytes_of<uint16_t>({0xFF00, 0x8000, 0x8000})), white, 0.5);
  auto with_sign = colours(kCieLab, 8, "\xFF\0\0"s);
  with_sign.tags[kFormat] = {kSigned};
  check_colour(with_sign, white, 0.5);
}

TEST_CASE("TIFF: palettes of any size, with alpha and in planes", "[image][unit]") {
  Tiff tiff = colours(kPalette, 2, "\x6C"s, 1);  // 1, 2, 3
  tiff.width = 3;
  tiff.tags[kColourMap] = {0, 0x0100, 0x0200, 0xFFFF, 0, 0, 0x8000, 0, 0, 0, 0, 0x4000};
  check_levels(row_of(tiff), {1, 2, 255});
  tiff.tags[kColourMap] = {0, 10, 20, 255, 0, 0, 0, 0, 0, 0, 0, 0};  // by programs that think of 8 bits
  check_levels(row_of(tiff), {10, 20, 255});
  Tiff alpha = colours(kPalette, 4, "\x1F\x25"s, 2);
  alpha.width = 2;
  alpha.tags[kExtraSamples] = {2};
  alpha.tags[kColourMap] = std::vector<uint16_t>(48, 0);
  alpha.tags[kColourMap][1] = alpha.tags[kColourMap][2] = 0xFFFF;
  for (const auto planes : {uint16_t{1}, uint16_t{2}}) {
    alpha.tags[kPlanes] = {planes};
    if (planes == 2) alpha.pixels = "\x12\xF5"s;
    const auto picture = decoded(alpha.bytes());
    REQUIRE(picture.alpha.defined());
    CHECK(value_at(picture.alpha, 0, 0, 0) == support::Approx(255));
    CHECK(value_at(picture.alpha, 0, 0, 1) == support::Approx(85));
    CHECK(value_at(picture.colour, 0, 0, 1) == support::Approx(255));
  }
}

TEST_CASE("TIFF: what would be shown wrongly is called by its name", "[image][unit]") {
  CHECK(contains(tiff_refusal(colours(kSensor, 16, "12"s, 1)), "as a camera's sensor sees them"));
  auto inks = colours(kCmyk, 8, "1234"s, 4);
  inks.tags[kInkSet] = {2};
  CHECK(contains(tiff_refusal(inks), "inks other than those of CMYK"));
  CHECK(contains(tiff_refusal(grey(1, 64, kComplex, "12345678"s)), "no plain numbers"));
  CHECK(contains(tiff_refusal(grey(1, 8, kFloating, "1"s)), "no plain numbers"));
  CHECK(contains(tiff_refusal(grey(1, 32, kFloating, bytes_of({1e20F}))), "floating-point numbers, but cannot be"));
  auto unequal = colours(kRgb, 5, "12"s);
  unequal.tags[kBits] = {5, 6, 5};
  CHECK(contains(tiff_refusal(unequal), "samples of unequal sizes"));
  auto jpeg = grey(1, 12, kUnsigned, "12"s);
  jpeg.tags[kCompression] = {7};
  CHECK(contains(tiff_refusal(jpeg), "1 samples of 12 bits in a compression for 8 bits"));
  auto lab = colours(kCieLab, 32, std::string(12, '\0'));
  lab.tags[kFormat] = {kFloating};
  CHECK(contains(tiff_refusal(lab), "3 samples of 32 bits of L*a*b*"));
}

}  // namespace styler::test
