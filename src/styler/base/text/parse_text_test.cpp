#include "styler/base/text/parse_text.hpp"

#include "support/catch.hpp"

namespace styler {

TEST_CASE("numbers are read whole or not at all", "[values]") {
  CHECK(parse_whole("512") == 512);
  CHECK(parse_whole("-3") == -3);
  for (const char* text : {"", "12x", "1.5", "0x10", " 5", "5 ", "99999999999999999999"})
    CHECK_FALSE(parse_whole(text));
  CHECK(parse_unsigned("18446744073709551615") == 18446744073709551615ULL);
  CHECK_FALSE(parse_unsigned("-1"));
  CHECK(parse_decimal("1e-3") == 0.001);
  CHECK((parse_decimals("3,0.5") == std::vector<double>{3, 0.5}));
  CHECK((parse_decimals("2") == std::vector<double>{2}));
  for (const char* text : {"", ",", "3,", ",1", "1,,2", "1 ,2", "1;2"}) CHECK_FALSE(parse_decimals(text));
  for (const char* text : {"", "nan", "inf", "1e999", "1,5", "abc"}) CHECK_FALSE(parse_decimal(text));
}

TEST_CASE("times are seconds, or numbers with units from large to small", "[values]") {
  CHECK(parse_seconds("90") == 90.0);
  CHECK(parse_seconds("1.5") == 1.5);
  CHECK(parse_seconds("90s") == 90.0);
  CHECK(parse_seconds("10m") == 600.0);
  CHECK(parse_seconds("1h30m") == 5400.0);
  CHECK(parse_seconds("1.5h") == 5400.0);
  CHECK(parse_seconds("1h1m1s") == 3661.0);
  for (const char* text : {"", "m", "soon", "-5", "30m1h", "1m1m", "10d", "5m3", "1..5m"}) {
    INFO(text);
    CHECK_FALSE(parse_seconds(text));
  }
}

TEST_CASE("a size is a number of pixels or the word original", "[values]") {
  CHECK(parse_size("512") == 512);
  CHECK(parse_size("original") == 0);
  for (const char* text : {"0", "-5", "orig", "512px", ""}) CHECK_FALSE(parse_size(text));
  CHECK(long_edge_text(0) == "original");
  CHECK(long_edge_text(512) == "512");
}

TEST_CASE("numbers of pixels are plain or in millions", "[values]") {
  CHECK(parse_pixel_count("500MP") == 500'000'000);
  CHECK(parse_pixel_count("0.5M") == 500'000);
  CHECK(parse_pixel_count("1234") == 1234);
  for (const char* text : {"0", "-1", "1.5", "MP", "", "1e30MP", "10 MP", "0.0000001M"}) {
    CHECK_FALSE(parse_pixel_count(text));
  }
  CHECK(parse_pixel_count(pixel_count_text(500'000'000)) == 500'000'000);
  CHECK(parse_pixel_count(pixel_count_text(1234)) == 1234);
}

TEST_CASE("bytes are plain or in powers of 1024", "[values]") {
  CHECK(parse_bytes("123456") == 123456);
  CHECK(parse_bytes("512K") == 512 * 1024);
  CHECK(parse_bytes("1.5M") == 1572864);
  CHECK(parse_bytes("4G") == int64_t{4} << 30);
  CHECK(parse_bytes("4GiB") == parse_bytes("4G"));
  CHECK(parse_bytes("2T") == int64_t{2} << 40);
  // GB is a power of 1000 to some and of 1024 to others.
  for (const char* text : {"", "0", "-1", "G", "4GB", "4g", "4 G", "0.0001K", "1e30G", "-2G", "iB", "4iB", "nanG"}) {
    CHECK_FALSE(parse_bytes(text));
  }
}

TEST_CASE("tiles have an edge or are off", "[values]") {
  CHECK(parse_tile("512") == 512);
  CHECK(parse_tile("off") == 0);
  for (const char* text : {"", "0", "-5", "auto", "512px"}) CHECK_FALSE(parse_tile(text));
}

TEST_CASE("colours have names or six digits", "[values]") {
  CHECK((parse_colour("white") == std::array{1.0, 1.0, 1.0}));
  CHECK((parse_colour("#ff0080") == std::array{1.0, 0.0, 128 / 255.0}));
  for (const char* text : {"", "#fff", "#ff00zz", "ff0080", "#ff00800", "red"}) CHECK_FALSE(parse_colour(text));
  for (const char* text : {"#000000", "#0a1b2c", "#ffffff"}) CHECK(colour_text(*parse_colour(text)) == text);
}

TEST_CASE("durations are written like a clock", "[values]") {
  CHECK(duration_text(0) == "0:00");
  CHECK(duration_text(7.4) == "0:07");
  CHECK(duration_text(59.6) == "1:00");
  CHECK(duration_text(754) == "12:34");
  CHECK(duration_text(3723) == "1:02:03");
}

TEST_CASE("decimals are written so that they are read back as the same number", "[values]") {
  const double value = GENERATE(0.0, 1.0, 0.1, 1e-5, 1234567.0, 1.0 / 3.0);
  CHECK(parse_decimal(decimal_text(value)) == value);
  CHECK(decimal_text(0.1) == "0.1");
}

}  // namespace styler
