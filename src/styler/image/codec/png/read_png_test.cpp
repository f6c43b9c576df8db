#include <zlib.h>

#include "styler/image/codec/bytes/png_chunks.hpp"
#include "support/catch.hpp"
#include "support/read_support.hpp"

namespace styler::test {
namespace {

using std::string_literals::operator""s;

std::string big_endian(uint32_t number) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift & 0xFF);
  return bytes;
}

std::string chunk(const std::string& type, const std::string& data) {
  return big_endian(static_cast<uint32_t>(data.size())) + type + data + big_endian(png_checksum(type + data));
}

constexpr size_t kBehindIhdr = 8 + 25;  // a PNG's signature and its first chunk
constexpr size_t kIend = 12;            // its last one

std::string with_chunk(std::string png, const std::string& inserted) { return png.insert(kBehindIhdr, inserted); }

std::string without_chunk(std::string png, const std::string& type) {
  for (const auto& found : png_chunks(png)) {
    if (found.type == type) return png.erase(found.type.data() - png.data() - 4, found.data.size() + 12);
  }
  return png;
}

/// The picture, after a check that there is exactly one warning with `part` in it.
Picture decoded_with_warning(const std::string& file, const std::string& part) {
  std::vector<std::string> warnings;
  auto picture = decoded(file, {}, &warnings);
  INFO(part);
  REQUIRE(warnings.size() == 1);
  INFO(warnings[0]);
  CHECK(contains(warnings[0], part));
  return picture;
}

std::string compressed(const std::string& text) {
  uLongf size = compressBound(text.size());
  std::string bytes(size, '\0');
  REQUIRE(compress(reinterpret_cast<Bytef*>(bytes.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
                   text.size()) == Z_OK);
  bytes.resize(size);
  return bytes;
}

/// Bytes in a text, as ImageMagick puts them there.
std::string raw_profile(const std::string& kind, const std::string& bytes) {
  std::string text = "\n" + kind + "\n" + std::to_string(bytes.size());
  for (size_t i = 0; i < bytes.size(); ++i) {
    constexpr auto kDigits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text += (i % 36 == 0 ? "\n" : "") + std::string{kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return text + "\n";
}

}  // namespace

TEST_CASE("PNG: a chunk that nobody needs and whose checksum is wrong is passed over, with a warning",
          "[image][unit]") {
  const auto png = encoded(".png", noise_pixels(8, 8, CV_8UC3));
  const auto expected = decoded(png).colour;
  for (const std::string type : {"tEXt", "gAMA", "eXIf", "tIME", "cICP"}) {
    auto damaged = chunk(type, type == "gAMA" ? big_endian(100000) : exif_block(6, true));
    damaged.back() = static_cast<char>(damaged.back() ^ 1);
    CHECK(decoded_with_warning(with_chunk(png, damaged), "wrong checksum (" + type + ")").colour.equal(expected));
  }
}

TEST_CASE("PNG: without its end it is whole when all pixels are there", "[image][unit]") {
  const auto png = encoded(".png", noise_pixels(8, 8, CV_8UC3));
  const auto expected = decoded(png).colour;
  for (size_t missing = 1; missing <= kIend; ++missing) {
    INFO(missing << " bytes are missing");
    CHECK(decoded_with_warning(png.substr(0, png.size() - missing), "behind its pixels, which are all there")
              .colour.equal(expected));
  }
  CHECK(contains(error_of([&] { decoded(png.substr(0, png.size() - kIend - 8)); }).what(), "truncated"));
}

TEST_CASE("PNG: the colours that a cICP chunk gives come before all others", "[image][unit]") {
  const auto p3 = fixture("profiles/p3.png");
  const auto expected = decoded(p3).colour, as_stored = decoded(without_chunk(p3, "iCCP")).colour;
  REQUIRE(difference(expected, as_stored) > 5);
  CHECK(difference(decoded(with_chunk(without_chunk(p3, "iCCP"), chunk("cICP", "\x0C\x0D\0\1"s))).colour, expected) <
        1);
  CHECK(decoded(with_chunk(p3, chunk("cICP", "\1\x0D\0\1"s))).colour.equal(as_stored));
  CHECK(decoded(with_chunk(without_chunk(p3, "iCCP"), chunk("cICP", "\2\2\0\1"s))).colour.equal(as_stored));
  const auto grey = with_chunk(encoded(".png", cv::Mat(1, 1, CV_8UC1, cv::Scalar(128))), chunk("cICP", "\1\x08\0\1"s));
  CHECK(value_at(decoded(grey).colour, 0, 0, 0) == support::Approx(188).margin(0.6));  // light in proportion
}

TEST_CASE("PNG: what a cICP chunk says and is not shown here is called by its name", "[image][unit]") {
  const auto png = encoded(".png", noise_pixels(2, 2, CV_8UC3));
  for (const auto& [code, part] :
       std::vector<std::pair<std::string, std::string>>{{"\x09\x10\0\1"s, "high dynamic range (PQ"},
                                                        {"\x09\x12\0\1"s, "high dynamic range (HLG"},
                                                        {"\x09\x09\0\1"s, "(9/9/0/1"},
                                                        {"\x63\x0D\0\1"s, "(99/13/0/1"},
                                                        {"\1\x0D\1\1"s, "(1/13/1/1"},
                                                        {"\1\x0D\0\0"s, "(1/13/0/0"}}) {
    const auto error = error_of([&, &data = code] { decoded(with_chunk(png, chunk("cICP", data))); });
    INFO(error.what());
    CHECK(error.code() == ErrorCode::Input);
    CHECK(contains(error.what(), part));
  }
}

TEST_CASE("PNG: chromaticities without a gamma are used with sRGB's curve", "[image][unit]") {
  const auto p3 = fixture("profiles/p3.png");
  std::string primaries;
  for (const uint32_t number : {31270U, 32900U, 68000U, 32000U, 26500U, 69000U, 15000U, 6000U}) {
    primaries += big_endian(number);
  }
  const auto by_numbers = with_chunk(without_chunk(p3, "iCCP"), chunk("cHRM", primaries));
  CHECK(difference(decoded(by_numbers).colour, decoded(p3).colour) < 1);
}

TEST_CASE("PNG: EXIF and XMP are found in chunks and in texts, compressed or not", "[image][unit]") {
  const auto png = encoded(".png", cv::Mat(1, 1, CV_8UC1, cv::Scalar(0)));
  const auto exif = exif_block(6, false);
  const auto with_prefix = "Exif\0\0"s + exif;
  const std::string xmp = "<x:xmpmeta/>", xmp_prefix = "http://ns.adobe.com/xap/1.0/\0"s;
  for (const auto& found :
       {chunk("eXIf", exif), chunk("tEXt", "Raw profile type exif\0"s + raw_profile("exif", with_prefix)),
        chunk("zTXt", "Raw profile type APP1\0\0"s + compressed(raw_profile("generic profile", with_prefix)))}) {
    CHECK(png_metadata(with_chunk(png, found)).exif == std::vector<std::string>{exif});
  }
  for (const auto& found :
       {chunk("iTXt", "XML:com.adobe.xmp\0\0\0en\0\0"s + xmp),
        chunk("iTXt", "XML:com.adobe.xmp\0\1\0\0\0"s + compressed(xmp)),
        chunk("tEXt", "Raw profile type xmp\0"s + raw_profile("xmp", xmp)),
        chunk("zTXt", "Raw profile type APP1\0\0"s + compressed(raw_profile("APP1", xmp_prefix + xmp)))}) {
    CHECK(png_metadata(with_chunk(png, found)).xmp == std::vector<std::string>{xmp});
  }
}

TEST_CASE("PNG: a picture is upright, wherever its orientation lies", "[image][unit]") {
  const auto png = encoded(".png", noise_pixels(4, 6, CV_8UC3));
  const auto expected = turned_upright(decoded(png).colour, 6);
  const auto exif = "Exif\0\0"s + exif_block(6, true);
  for (const auto& found :
       {chunk("eXIf", exif_block(6, true)), chunk("tEXt", "Raw profile type exif\0"s + raw_profile("exif", exif)),
        chunk("zTXt", "Raw profile type APP1\0\0"s + compressed(raw_profile("APP1", exif)))}) {
    CHECK(decoded(with_chunk(png, found)).colour.equal(expected));
  }
}

TEST_CASE("PNG: texts that unfold to very much, or never end, are left out", "[image][unit]") {
  const auto png = encoded(".png", cv::Mat(1, 1, CV_8UC1, cv::Scalar(0)));
  const auto bomb = compressed(std::string(size_t{16} << 20, 'a'));
  std::string many;
  for (int i = 0; i < 100; ++i) many += chunk("zTXt", "Raw profile type xmp\0\0"s + bomb);
  for (const auto& text : png_metadata(with_chunk(png, many)).xmp) CHECK(text.empty());
  const auto cut = compressed(raw_profile("xmp", "<x/>"));
  const auto early = chunk("zTXt", "Raw profile type xmp\0\0"s + cut.substr(0, cut.size() / 2));
  CHECK(png_metadata(with_chunk(png, early)).xmp == std::vector<std::string>{""});
  CHECK(png_metadata(with_chunk(png, chunk("iTXt", "XML:com.adobe.xmp"))).xmp == std::vector<std::string>{""});
}

}  // namespace styler::test
