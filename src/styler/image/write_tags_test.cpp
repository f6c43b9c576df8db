#include <lcms2.h>
#include <png.h>

#include <algorithm>
#include <thread>

#include "styler/image/image_io.hpp"
#include "support/catch.hpp"
#include "support/picture_files.hpp"
#include "support/written_files.hpp"

namespace styler::test {

TEST_CASE("PNG says that it is sRGB", "[image][write][unit]") {
  WriteOptions options;
  options.bit_depth = GENERATE(8, 16);
  const auto bytes = encode_picture(wild_picture(4, 5), "a.png", options);
  struct Source {
    std::string_view bytes;
    size_t position;
  } source{bytes, 0};
  auto* png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  auto* info = png_create_info_struct(png);
  png_set_read_fn(png, &source, [](png_structp reader, png_bytep target, size_t count) {
    auto& from = *static_cast<Source*>(png_get_io_ptr(reader));
    from.position += from.bytes.copy(reinterpret_cast<char*>(target), count, from.position);
  });
  png_read_info(png, info);
  int intent = -1;
  CHECK(png_get_sRGB(png, info, &intent) == PNG_INFO_sRGB);
  CHECK(intent == PNG_sRGB_INTENT_PERCEPTUAL);
  CHECK(png_get_valid(png, info, PNG_INFO_gAMA) != 0);  // for readers that do not know sRGB
  CHECK(png_get_valid(png, info, PNG_INFO_iCCP) == 0);
  png_destroy_read_struct(&png, &info, nullptr);
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
