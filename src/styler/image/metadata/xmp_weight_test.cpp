#include "styler/image/metadata/xmp_weight.hpp"

#include <chrono>
#include <string>

#include "styler/image/image_io.hpp"
#include "support/catch.hpp"

namespace styler::test {
namespace {

using namespace std::string_literals;

std::string as_32_bits(size_t value, bool big_endian) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) {
    const auto byte = static_cast<char>(value >> (big_endian ? 24 - 8 * i : 8 * i) & 0xFF);
    bytes += byte;
  }
  return bytes;
}

std::string packet(const std::string& attributes, const std::string& content) {
  return "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
         "<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:q='urn:q/'" +
         attributes + ">" + content + "</rdf:Description></rdf:RDF></x:xmpmeta>";
}

std::string properties(int count) {
  std::string attributes;
  for (int i = 0; i < count; ++i) attributes += " q:p" + std::to_string(i) + "='1'";
  return packet(attributes, "");
}

std::string ancestors(int count) {
  std::string items;
  for (int i = 0; i < count; ++i) items += "<rdf:li>" + std::to_string(i) + "</rdf:li>";
  return packet("", "<q:DocumentAncestors><rdf:Bag>" + items + "</rdf:Bag></q:DocumentAncestors>");
}

std::string png_chunk(const std::string& type, const std::string& data) {
  return as_32_bits(data.size(), true) + type + data + as_32_bits(0, true);
}
std::string png_of(const std::string& type, const std::string& data) {
  return "\x89PNG\r\n\x1A\n"s + png_chunk("IHDR", as_32_bits(1, true) + as_32_bits(1, true) + "\x8\2\0\0\0"s) +
         png_chunk(type, data) + png_chunk("IEND", "");
}
std::string png_with_xmp(const std::string& xmp) { return png_of("iTXt", "XML:com.adobe.xmp\0\0\0\0\0"s + xmp); }
std::string tiff_with_xmp(const std::string& xmp) {
  return "II*\0"s + as_32_bits(8, false) + "\1\0\xBC\2\1\0"s + as_32_bits(xmp.size(), false) + as_32_bits(26, false) +
         as_32_bits(0, false) + xmp;
}
std::string webp_with(const std::string& type, const std::string& data) {
  return "RIFF" + as_32_bits(0, false) + "WEBP" + type + as_32_bits(data.size(), false) + data;
}

}  // namespace

TEST_CASE("XMP with more properties than any photo has is not parsed, wherever it stands", "[xmp]") {
  const std::string heavy = properties(60'000);
  CHECK(has_heavy_xmp(png_with_xmp(heavy)));
  CHECK(has_heavy_xmp(tiff_with_xmp(heavy)));
  CHECK(has_heavy_xmp(png_of("eXIf", tiff_with_xmp(heavy))));
  CHECK(has_heavy_xmp(webp_with("XMP ", heavy)));
  CHECK(has_heavy_xmp(webp_with("EXIF", tiff_with_xmp(heavy))));
  CHECK(has_heavy_xmp(png_of("iTXt", "XML:com.adobe.xmp\0\1\0\0\0"s + std::string(100'000, 'x'))));
  CHECK(has_heavy_xmp(png_of("zTXt", "Raw profile type xmp\0\0"s + std::string(100'000, 'x'))));

  const auto start = std::chrono::steady_clock::now();
  CHECK(photo_metadata(png_with_xmp(heavy), false).xmp.empty());
  CHECK(stored_parameters(tiff_with_xmp(heavy)).empty());
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}

TEST_CASE("XMP of photos is read, long lists of their ancestors included", "[xmp]") {
  CHECK_FALSE(has_heavy_xmp(png_with_xmp(properties(2000))));
  CHECK_FALSE(has_heavy_xmp(png_with_xmp(ancestors(50'000))));
  CHECK_FALSE(has_heavy_xmp(tiff_with_xmp(ancestors(50'000))));
  CHECK_FALSE(has_heavy_xmp(png_of("iTXt", "styler\0\0\0\0\0"s + std::string(1'000'000, '='))));
  for (size_t length = 0; length < 60; ++length) {
    CHECK_FALSE(has_heavy_xmp(png_with_xmp("x").substr(0, length)));
    CHECK_FALSE(has_heavy_xmp(tiff_with_xmp("x").substr(0, length)));
  }
}

}  // namespace styler::test
