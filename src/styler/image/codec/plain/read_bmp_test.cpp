#include <numeric>

#include "styler/image/codec/srgb_profile.hpp"
#include "support/catch.hpp"
#include "support/read_support.hpp"

namespace styler::test {
namespace {

using std::string_literals::operator""s;

/// A number of some bytes, the lowest first.
std::string number(uint64_t value, size_t bytes = 4) {
  std::string text;
  for (size_t i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}

/// A BMP file as its parts.
struct Bmp {
  int width = 1, height = 1, bits = 8;
  uint32_t compression = 0;
  std::string pixels = {};
  std::string behind_header = {};  ///< Masks, which are part of headers longer than 40 bytes, and the palette.
  uint32_t header_size = 40;
  uint32_t colours = 0;
  std::string profile = {};

  std::string bytes() const {
    std::string header = number(header_size);
    if (header_size == 12) {
      header += number(width, 2) + number(height, 2) + number(1, 2) + number(bits, 2);
    } else {
      header += number(width) + number(height) + number(1, 2) + number(bits, 2) + number(compression) + number(0) +
                number(2835) + number(2835) + number(colours) + number(0);
      header = (header_size > 40 ? header + behind_header : header).substr(0, header_size);
      header.resize(header_size, '\0');
      if (header_size == 124) {  // "MBED", where its profile is, and how long it is
        header.replace(56, 4, number(profile.empty() ? 0x73524742 : 0x4D424544));
        header.replace(112, 8, number(124 + pixels.size()) + number(profile.size()));
      }
    }
    if (header_size <= 40 || header_size == 64) header += behind_header;
    const auto begin = 14 + header.size();
    return "BM" + number(begin + pixels.size() + profile.size()) + number(0) + number(begin) + header + pixels +
           profile;
  }
};

/// Red, green and blue of every pixel, row by row from the top, in levels.
std::vector<int> levels_of(const Picture& picture) {
  std::vector<int> levels;
  for (int y = 0; y < picture.colour.size(2); ++y) {
    for (int x = 0; x < picture.colour.size(3); ++x) {
      for (int c = 0; c < 3; ++c) levels.push_back(static_cast<int>(std::lround(value_at(picture.colour, c, y, x))));
    }
  }
  return levels;
}

using Levels = std::vector<int>;

/// 16 colours, number i of which is (i, 2 i, 3 i) and 0 for the fourth byte.
std::string sixteen_colours(size_t entry) {
  std::string palette;
  for (int i = 0; i < 16; ++i) palette += number(static_cast<uint64_t>(i << 16 | 2 * i << 8 | 3 * i), entry);
  return palette;
}

/// What a palette of sixteen_colours() makes of numbers.
Levels coloured(const std::vector<int>& numbers) {
  Levels levels;
  for (const int i : numbers) levels.insert(levels.end(), {i, 2 * i, 3 * i});
  return levels;
}

std::string refusal_of(const Bmp& bmp) {
  return error_of([&] { decoded(bmp.bytes()); }).what();
}

}  // namespace

TEST_CASE("BMP: runs end where the row does, whatever the width and whatever fills rows up", "[image][unit]") {
  for (int width = 1; width <= 19; ++width) {
    for (const int bits : {4, 8}) {
      // A run as long as the row and what fills it up to four bytes, as ImageMagick writes it; no mark between rows.
      const int unit = bits == 4 ? 8 : 4, filled = (width + unit - 1) / unit * unit;
      Bmp bmp{width, 3, bits, bits == 4 ? 2U : 1U};
      for (const int colour : {3, 2, 1}) {
        bmp.pixels += number(filled, 1) + number(bits == 4 ? colour * 17 : colour, 1) + "\0\0"s;
      }
      bmp.pixels += "\0\1"s;
      bmp.behind_header = sixteen_colours(4);
      bmp.colours = 16;
      std::vector<int> expected;
      for (int i = 0; i < 3 * width; ++i) expected.push_back(1 + i / width);
      INFO(width << " pixels of " << bits << " bits");
      CHECK(levels_of(decoded(bmp.bytes())) == coloured(expected));
    }
  }
}

TEST_CASE("BMP: copied pixels, moves, two colours in turn and early ends are what runs consist of", "[image][unit]") {
  Bmp bmp{5, 3, 4, 2};
  bmp.behind_header = sixteen_colours(4);
  // The lowest row: three pixels copied, filled up to an even number of bytes, then 7 8 in turn.
  bmp.pixels = "\0\3\x12\x30"s + "\2\x78"s + "\0\0"s + "\0\2\1\0"s + "\3\x45"s + "\0\1"s;
  CHECK(levels_of(decoded(bmp.bytes())) == coloured({0, 0, 0, 0, 0, 0, 4, 5, 4, 0, 1, 2, 3, 7, 8}));

  Bmp eight{3, 2, 8, 1};
  eight.behind_header = sixteen_colours(4);
  eight.pixels = "\0\3\1\2\3\0"s + "\0\0"s + "\3\5"s;  // all pixels are there, though no mark says so
  CHECK(levels_of(decoded(eight.bytes())) == coloured({5, 5, 5, 1, 2, 3}));
  eight.pixels = "\0\3\1\2\3\0"s + "\0\0"s + "\2\5"s;
  CHECK(contains(refusal_of(eight), "truncated or damaged"));
  std::vector<std::string> warnings;
  eight.pixels = "\x0B\1\0\0\3\5"s;  // more than what fills a row
  const auto cut = decoded(eight.bytes(), {}, &warnings);
  CHECK(levels_of(cut) == coloured({5, 5, 5, 1, 1, 1}));
  REQUIRE(warnings.size() == 1);
  CHECK(contains(warnings[0], "rows that are too long"));

  Bmp os2{2, 1, 24, 4};
  os2.header_size = 64;
  os2.pixels = "\1\1\2\3\0\1"s;
  CHECK(levels_of(decoded(os2.bytes())) == Levels{3, 2, 1, 0, 0, 0});
}

TEST_CASE("BMP: OS/2's headers and palettes have their colours", "[image][unit]") {
  const std::string pixels = "\1\2\x0F\0"s;
  for (const auto& [size, entry] :
       std::vector<std::pair<uint32_t, size_t>>{{12, 3}, {16, 4}, {40, 4}, {64, 4}, {64, 3}}) {
    Bmp bmp{3, 1, 8, 0, pixels, sixteen_colours(entry) + std::string(entry * 240, '\0'), size};
    INFO("header of " << size << ", colours of " << entry);
    CHECK(levels_of(decoded(bmp.bytes())) == coloured({1, 2, 15}));
  }
  Bmp few{3, 1, 8, 0, pixels, sixteen_colours(3), 12};  // fewer colours than 8 bits can count
  CHECK(levels_of(decoded(few.bytes())) == coloured({1, 2, 15}));
  Bmp forgotten{3, 1, 8, 0, pixels, sixteen_colours(4), 40, 16};  // the place of the pixels is that of the palette
  auto misplaced = forgotten.bytes();
  misplaced.replace(10, 4, number(14 + 40));
  CHECK(levels_of(decoded(misplaced)) == coloured({1, 2, 15}));
  // A list of pictures for several screens: another header before, and places counted from its beginning.
  auto listed = "BA"s + number(0) + number(0) + number(0) + few.bytes();
  listed.replace(14 + 10, 4, number(14 + 14 + 12 + 48));
  CHECK(levels_of(decoded(listed)) == coloured({1, 2, 15}));
}

TEST_CASE("BMP: every number of bits, from the bottom or from the top", "[image][unit]") {
  const std::string rows[] = {"\xA0\0\0\0"s, "\x60\0\0\0"s};  // from the bottom: 1 0 1, 0 1 1
  for (const bool top_down : {false, true}) {
    Bmp bmp{3, top_down ? -2 : 2, 1, 0, top_down ? rows[1] + rows[0] : rows[0] + rows[1]};
    bmp.behind_header = number(0x030201) + number(0x060504);
    CHECK(levels_of(decoded(bmp.bytes())) == Levels{3, 2, 1, 6, 5, 4, 6, 5, 4, 6, 5, 4, 3, 2, 1, 6, 5, 4});
  }
  Bmp two{3, 1, 2, 0, "\x6C\0\0\0"s, sixteen_colours(4).substr(0, 16)};
  CHECK(levels_of(decoded(two.bytes())) == coloured({1, 2, 3}));
  Bmp true_colour{1, 1, 24, 0, "\1\2\3\0"s};
  CHECK(levels_of(decoded(true_colour.bytes())) == Levels{3, 2, 1});
  Bmp unused_byte{1, 1, 32, 0, "\1\2\3\0"s};
  CHECK(levels_of(decoded(unused_byte.bytes())) == Levels{3, 2, 1});
  CHECK_FALSE(decoded(unused_byte.bytes()).alpha.defined());
}

TEST_CASE("BMP: all bits set are 255, however many a colour has and in whatever header the masks lie",
          "[image][unit]") {
  Bmp plain{2, 1, 16, 0, number(0x7FFF, 2) + number(0x4210, 2)};  // 5 bits each
  CHECK(levels_of(decoded(plain.bytes())) == Levels{255, 255, 255, 132, 132, 132});
  for (const uint32_t header : {40U, 52U, 56U, 108U, 124U}) {
    INFO("header of " << header);
    Bmp bmp{2, 1, 16, 3, number(0xFFFF, 2) + number(0xF800, 2), number(0xF800) + number(0x7E0) + number(0x1F), header};
    CHECK(levels_of(decoded(bmp.bytes())) == Levels{255, 255, 255, 255, 0, 0});
    Bmp swapped{1, 1, 32, 3, "\3\2\1\0"s, number(0xFF) + number(0xFF00) + number(0xFF0000), header};
    CHECK(levels_of(decoded(swapped.bytes())) == Levels{3, 2, 1});
  }
  Bmp unequal{1, 1, 16, 3, number(0x7F, 2), number(0x30) + number(0xE) + number(0x1)};
  CHECK(levels_of(decoded(unequal.bytes())) == Levels{255, 255, 255});
}

TEST_CASE("BMP: ten bits keep their precision, and alpha has a mask too", "[image][unit]") {
  Bmp ten{2,
          1,
          32,
          3,
          number(0x3FFFFFFF) + number(513 << 20 | 1 << 10 | 2),
          number(0x3FF00000) + number(0xFFC00) + number(0x3FF)};
  const auto colour = decoded(ten.bytes()).colour;
  CHECK(value_at(colour, 0, 0, 0) == support::Approx(255));
  CHECK(value_at(colour, 0, 0, 1) == support::Approx(255 * 513.0 / 1023).epsilon(1e-4));
  CHECK(value_at(colour, 2, 0, 1) == support::Approx(255 * 2.0 / 1023).epsilon(1e-2));
  const std::string masks = number(0xF00) + number(0xF0) + number(0xF) + number(0xF000);
  for (const auto& [header, compression] : std::vector<std::pair<uint32_t, uint32_t>>{{40, 6}, {56, 3}, {124, 3}}) {
    Bmp bmp{2, 1, 16, compression, number(0xFF00, 2) + number(0x5F00, 2), masks, header};
    const auto picture = decoded(bmp.bytes());
    REQUIRE(picture.alpha.defined());
    CHECK(value_at(picture.alpha, 0, 0, 0) == support::Approx(255));
    CHECK(value_at(picture.alpha, 0, 0, 1) == support::Approx(85));
    CHECK(levels_of(picture) == Levels{255, 0, 0, 255, 0, 0});
  }
}

TEST_CASE("BMP: what is not read is called by its name", "[image][unit]") {
  CHECK(contains(refusal_of({8, 8, 0, 4, "\xFF\xD8\xFF"}), "holds a JPEG picture within a BMP file"));
  CHECK(contains(refusal_of({8, 8, 0, 5, "\x89PNG"}), "holds a PNG picture within a BMP file"));
  CHECK(contains(refusal_of({8, 8, 1, 3, "", "", 64}), "coding of faxes"));
  CHECK(contains(refusal_of({1, 1, 64, 0, "12345678"}), "64 bits a pixel"));
  CHECK(contains(refusal_of({1, 1, 7, 0, "1234"}), "7 bits a pixel"));
  CHECK(contains(refusal_of({1, 1, 8, 2, "1234"}), "a compression that doesn't go with them"));
  CHECK(contains(refusal_of({1, 1, 16, 3, "1234", number(0xF0F) + number(0xF0) + number(0xF000)}), "side by side"));
}

TEST_CASE("BMP: a version 5 header's profile is used", "[image][unit]") {
  Bmp bmp{1, 1, 24, 0, "\x80\x80\x80\0"s, "", 124};
  CHECK(levels_of(decoded(bmp.bytes())) == Levels{128, 128, 128});
  bmp.profile = gamma_profile(1, Primaries::of_srgb(), false);
  CHECK(levels_of(decoded(bmp.bytes())) == Levels{188, 188, 188});  // light in proportion
  auto linked = bmp.bytes();
  linked.replace(14 + 56, 4, number(0x4C494E4B));
  std::vector<std::string> warnings;
  decoded(linked, {}, &warnings);
  REQUIRE(warnings.size() == 1);
  CHECK(contains(warnings[0], "in another file"));
}

}  // namespace styler::test
