#include <lcms2.h>
#include <png.h>
#include <tiffio.h>

#include <algorithm>
#include <thread>

#include "styler/image/image_io.hpp"
#include "support/catch.hpp"
#include "support/picture_files.hpp"
#include "support/written_files.hpp"

namespace styler::test {
namespace {

/// What libpng finds in a PNG before its pixels.
struct PngReader {
  explicit PngReader(std::string_view file)
      : bytes(file),
        png(png_create_read_struct(PNG_LIBPNG_VER_STRING, this, nullptr,
                                   [](png_structp reader, png_const_charp) {
                                     ++static_cast<PngReader*>(png_get_error_ptr(reader))->complaints;
                                   })),
        info(png_create_info_struct(png)) {
    png_set_read_fn(png, this, [](png_structp reader, png_bytep target, size_t count) {
      auto& from = *static_cast<PngReader*>(png_get_io_ptr(reader));
      from.position += from.bytes.copy(reinterpret_cast<char*>(target), count, from.position);
    });
    png_read_info(png, info);
  }
  ~PngReader() { png_destroy_read_struct(&png, &info, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  std::string_view bytes;
  size_t position = 0;
  int complaints = 0;
  png_structp png;
  png_infop info;
};

}  // namespace

TEST_CASE("PNG says that it is sRGB", "[image][write][unit]") {
  WriteOptions options;
  options.bit_depth = GENERATE(8, 16);
  const auto bytes = encode_picture(wild_picture(4, 5), "a.png", options);
  const PngReader reader(bytes);
  int intent = -1;
  CHECK(png_get_sRGB(reader.png, reader.info, &intent) == PNG_INFO_sRGB);
  CHECK(intent == PNG_sRGB_INTENT_PERCEPTUAL);
  CHECK(png_get_valid(reader.png, reader.info, PNG_INFO_gAMA) != 0);  // for readers that do not know sRGB
  CHECK(png_get_valid(reader.png, reader.info, PNG_INFO_cHRM) != 0);
  CHECK(png_get_valid(reader.png, reader.info, PNG_INFO_iCCP) == 0);
  CHECK(reader.complaints == 0);
}

TEST_CASE("PNG's notes are whole and where every reader looks for them", "[image][write][unit]") {
  PictureNotes notes;
  notes.parameters = "grüße";
  notes.photo.exif = exif_block(1, true);
  notes.photo.xmp = "<x:xmpmeta/>";
  const auto bytes = encode_picture(wild_picture(4, 5), "a.png", {}, notes);
  PngReader reader(bytes);
  CHECK(reader.complaints == 0);  // such as one about a checksum
  png_textp texts = nullptr;
  REQUIRE(png_get_text(reader.png, reader.info, &texts, nullptr) == 2);
  CHECK(std::string(texts[0].key) == "styler");
  CHECK(std::string(texts[0].text, texts[0].itxt_length) == notes.parameters);
  CHECK(std::string(texts[1].key) == "XML:com.adobe.xmp");
  CHECK(std::string(texts[1].text, texts[1].itxt_length) == notes.photo.xmp);
  png_bytep exif = nullptr;
  png_uint_32 size = 0;
  REQUIRE(png_get_eXIf_1(reader.png, reader.info, &size, &exif) != 0);
  CHECK(std::string(exif, exif + size) == notes.photo.exif);
}

TEST_CASE("BMP and TIFF have the resolution that means not known, and BMP tells its size", "[image][write][unit]") {
  const auto bmp = encode_picture(wild_picture(4, 5), "a.bmp");
  const std::string per_metre("\x13\x0B\0\0", 4);  // 2835: 72 dpi
  CHECK(bmp.substr(38, 8) == per_metre + per_metre);
  CHECK(bmp.size() == 54 + 64);
  CHECK(bmp.substr(34, 4) == std::string("\x40\0\0\0", 4));
  const auto tiff = opened_tiff(encode_picture(wild_picture(4, 5), "a.tif"));
  for (const auto tag : {TIFFTAG_XRESOLUTION, TIFFTAG_YRESOLUTION}) {
    float resolution = 0;
    CHECK(TIFFGetField(tiff.get(), tag, &resolution) == 1);
    CHECK(resolution == 72);
  }
}

TEST_CASE("JPEG, TIFF and WebP carry a small profile that is sRGB", "[image][write][unit]") {
  const auto* extension = GENERATE(".jpg", ".tif", ".webp");
  const auto profile_bytes = icc_profile_of(encode_picture(wild_picture(4, 5), std::string("a").append(extension)));
  CHECK(profile_bytes.size() > 0);
  CHECK(profile_bytes.size() < 4000);
  CHECK(profile_bytes.substr(24, 4) == std::string("\x07\xD0\0\x01", 4));  // a date that is always the same
  auto* const profile = cmsOpenProfileFromMem(profile_bytes.data(), static_cast<cmsUInt32Number>(profile_bytes.size()));
  REQUIRE(profile != nullptr);
  CHECK(cmsGetProfileVersion(profile) < 4);
  auto* const srgb = cmsCreate_sRGBProfile();
  auto* const transform = cmsCreateTransform(profile, TYPE_RGB_16, srgb, TYPE_RGB_16, INTENT_RELATIVE_COLORIMETRIC,
                                             cmsFLAGS_NOOPTIMIZE | cmsFLAGS_NOCACHE);
  int largest = 0;
  for (int level = 0; level < 65536; level += 257) {
    const uint16_t pixel[3] = {static_cast<uint16_t>(level), static_cast<uint16_t>(65535 - level), 20000};
    uint16_t converted[3];
    cmsDoTransform(transform, pixel, converted, 1);
    for (int i = 0; i < 3; ++i) largest = std::max(largest, std::abs(converted[i] - pixel[i]));
  }
  CHECK(largest <= 32);  // an eighth of a level of 8 bits
  cmsDeleteTransform(transform);
  cmsCloseProfile(srgb);
  cmsCloseProfile(profile);
}

TEST_CASE("the same picture gives the same bytes, on several threads too", "[image][write][unit]") {
  const auto picture = translucent_picture(40, 50);
  PictureNotes notes;
  notes.parameters = "some parameters";
  for (const auto& extension : writable_extensions()) {
    INFO(extension);
    std::vector<std::string> results(8);
    std::vector<std::thread> threads;
    for (auto& result : results) {
      threads.emplace_back([&] { result = encode_picture(picture, "a" + extension, {}, notes); });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& result : results) CHECK((!result.empty() && result == results[0]));
  }
}

}  // namespace styler::test
