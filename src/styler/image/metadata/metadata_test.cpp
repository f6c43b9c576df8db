#include <algorithm>
#include <exiv2/exiv2.hpp>

#include "styler/image/image_io.hpp"
#include "support/catch.hpp"
#include "support/picture_files.hpp"
#include "support/written_files.hpp"

namespace styler::test {
namespace {

/// Borrows `bytes`.
auto opened(const std::string& bytes) {
  auto image =
      Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(bytes.data()), static_cast<long>(bytes.size()));
  image->readMetadata();
  return image;
}

template <typename Image>
std::string rewritten(Image& image) {
  image->writeMetadata();
  auto& file = image->io();
  std::string bytes(file.size(), '\0');
  file.seek(0, Exiv2::BasicIo::beg);
  REQUIRE(static_cast<size_t>(file.read(reinterpret_cast<Exiv2::byte*>(bytes.data()),
                                        static_cast<long>(bytes.size()))) == bytes.size());
  return bytes;
}

/// A photo as a phone writes it: camera, position, thumbnail, sizes, on its side.
std::string phone_photo(const std::string& extension) {
  const auto plain = encoded(extension, noise_pixels(20, 30, CV_8UC3));
  auto image = opened(plain);
  auto& exif = image->exifData();
  exif["Exif.Image.Make"] = "Acme";
  exif["Exif.Image.Model"] = "Phone 7";
  exif["Exif.Image.Orientation"] = uint16_t{6};
  exif["Exif.Photo.FNumber"] = Exiv2::Rational(18, 10);
  exif["Exif.Photo.DateTimeOriginal"] = "2026:01:02 03:04:05";
  exif["Exif.Photo.PixelXDimension"] = uint32_t{4000};
  exif["Exif.Photo.ColorSpace"] = uint16_t{65535};
  exif["Exif.Photo.MakerNote"] = "secret place";
  exif["Exif.GPSInfo.GPSLatitudeRef"] = "N";
  exif["Exif.GPSInfo.GPSLatitude"] = "52/1 30/1 0/1";
  auto& xmp = image->xmpData();
  xmp["Xmp.dc.creator"] = "A. Photographer";
  xmp["Xmp.xmp.Rating"] = "5";
  xmp["Xmp.exif.GPSLatitude"] = "52,30.0N";
  xmp["Xmp.exif.PixelXDimension"] = "4000";
  xmp["Xmp.tiff.Orientation"] = "6";
  xmp["Xmp.tiff.Model"] = "Phone 7";
  xmp["Xmp.photoshop.City"] = "Springfield";
  xmp["Xmp.Iptc4xmpCore.Location"] = "Main Street";
  Exiv2::XmpTextValue none;
  none.setXmpStruct();
  xmp.add(Exiv2::XmpKey("Xmp.iptcExt.LocationCreated"), &none);
  xmp["Xmp.iptcExt.LocationCreated/iptcExt:City"] = "Springfield";
  xmp["Xmp.crs.Exposure"] = "1.5";
  const auto thumbnail = encoded(".jpg", noise_pixels(8, 8, CV_8UC3));
  if (extension != ".tif") {  // which has no place for one
    Exiv2::ExifThumb(exif).setJpegThumbnail(reinterpret_cast<const Exiv2::byte*>(thumbnail.data()),
                                            static_cast<long>(thumbnail.size()));
  }
  return rewritten(image);
}

bool has_exif(const std::string& bytes, const char* key) {
  const auto image = opened(bytes);
  return image->exifData().findKey(Exiv2::ExifKey(key)) != image->exifData().end();
}

std::string exif_text(const std::string& bytes, const char* key) {
  const auto image = opened(bytes);
  const auto found = image->exifData().findKey(Exiv2::ExifKey(key));
  return found == image->exifData().end() ? "" : found->toString();
}

const std::string kDifficultText =
    "{\"a\": \"ü ☃ 😀 <b>&amp;</b> 'x' \\\\\"}\n\tsecond line  \n type=Bag ]]> <?xpacket end?> end \n";

PictureNotes notes_with(const std::string& parameters) {
  PictureNotes notes;
  notes.parameters = parameters;
  return notes;
}

}  // namespace

TEST_CASE("parameters come back from every format that can hold them", "[image][metadata][unit]") {
  const auto* extension = GENERATE(".png", ".jpg", ".tif", ".webp");
  const auto name = std::string("a").append(extension);
  const std::string difficult = kDifficultText;
  const std::string text = GENERATE_COPY(std::string("plain"), difficult, "type=\"Seq\" " + difficult, std::string(" "),
                                         std::string(40'000, 'x') + difficult);
  const auto picture = GENERATE(wild_picture(5, 6), translucent_picture(1, 1));
  std::vector<std::string> warnings;
  const auto bytes =
      encode_picture(picture, name, {}, notes_with(text), [&](const auto& warning) { warnings.push_back(warning); });
  CHECK((stored_parameters(bytes) == text));
  CHECK(warnings.size() == (picture.alpha.defined() && !contains("a.png a.tif a.webp", name) ? 1 : 0));
  CHECK((samples_of(bytes) == samples_of(encode_picture(picture, name))));
}

TEST_CASE("long parameters are kept, or left out of JPEG with a warning", "[image][metadata][unit]") {
  const auto* extension = GENERATE(".png", ".jpg", ".tif", ".webp");
  const auto name = std::string("a").append(extension);
  const std::string text = std::string(100'000, 'y') + kDifficultText;
  const auto picture = wild_picture(5, 6);
  std::vector<std::string> warnings;
  const auto bytes =
      encode_picture(picture, name, {}, notes_with(text), [&](const auto& warning) { warnings.push_back(warning); });
  CHECK((samples_of(bytes) == samples_of(encode_picture(picture, name))));
  if (name == "a.jpg") {
    CHECK(stored_parameters(bytes).empty());
    REQUIRE(warnings.size() == 1);
    CHECK(contains(warnings[0], "'a.jpg' lacks its parameters"));
  } else {
    CHECK((stored_parameters(bytes) == text));
    CHECK(warnings.empty());
  }
}

TEST_CASE("what is no text comes back, or is left out with a warning", "[image][metadata][unit]") {
  const std::string extension = GENERATE(".png", ".jpg", ".tif", ".webp");
  const std::string text = GENERATE("one\x01two", "latin \xE4\xF6\xFC", "broken \xE2\x98", "\r\nlines\r");
  CAPTURE(extension, text);
  std::vector<std::string> warnings;
  const auto bytes = encode_picture(wild_picture(5, 6), "a" + extension, {}, notes_with(text),
                                    [&](const auto& warning) { warnings.push_back(warning); });
  CHECK(samples_of(bytes).width == 6);
  const auto stored = stored_parameters(bytes);
  // XML has no control characters; a space stands for them.
  CHECK((warnings.empty() ? stored == text || stored == "one two" : stored.empty()));
}

TEST_CASE("BMP and PPM hold no notes, and say so", "[image][metadata][unit]") {
  const auto* name = GENERATE("a.bmp", "a.ppm");
  std::vector<std::string> warnings;
  const auto bytes = encode_picture(wild_picture(5, 6), name, {}, notes_with("text"),
                                    [&](const auto& warning) { warnings.push_back(warning); });
  CHECK(stored_parameters(bytes).empty());
  REQUIRE(warnings.size() == 1);
  CHECK(contains(warnings[0], "lacks its parameters"));
  CHECK((bytes == encode_picture(wild_picture(5, 6), name)));
}

TEST_CASE("PNG's parameters come before its pixels, so that the start of a file suffices", "[image][metadata][unit]") {
  const auto bytes = encode_picture(wild_picture(50, 60), "a.png", {}, notes_with("text"));
  const auto pixels = bytes.find("IDAT");
  REQUIRE(pixels != std::string::npos);
  CHECK(stored_parameters(bytes.substr(0, pixels)) == "text");
}

TEST_CASE("files without parameters, and no files at all, have none", "[image][metadata][unit]") {
  CHECK(stored_parameters("").empty());
  CHECK(stored_parameters("no picture").empty());
  for (const auto& extension : writable_extensions()) {
    CHECK(stored_parameters(encode_picture(wild_picture(5, 6), "a" + extension)).empty());
  }
}

TEST_CASE("damaged files do no harm to those who look for notes", "[image][metadata][unit]") {
  const std::string extension = GENERATE(".png", ".jpg", ".tif", ".webp");
  auto notes = notes_with("text");
  notes.photo = photo_metadata(phone_photo(".jpg"), true);
  const auto whole = encode_picture(wild_picture(5, 6), "a" + extension, {}, notes);
  cv::RNG generator(1);
  for (int i = 0; i < 300; ++i) {
    auto damaged = whole.substr(0, static_cast<size_t>(generator.uniform(0, static_cast<int>(whole.size()) + 1)));
    for (int k = generator.uniform(0, 8); k > 0 && !damaged.empty(); --k) {
      const auto at = static_cast<size_t>(generator.uniform(0, static_cast<int>(damaged.size())));
      damaged[at] = static_cast<char>(generator.uniform(0, 256));
    }
    CHECK_NOTHROW(stored_parameters(damaged));
    CHECK_NOTHROW(photo_metadata(damaged, false));
  }
}

TEST_CASE("a photo's own metadata go into any format, without its place", "[image][metadata][unit]") {
  const std::string from = GENERATE(".jpg", ".png", ".tif", ".webp");
  const std::string extension = GENERATE(".jpg", ".png", ".tif", ".webp");
  const bool keep_gps = GENERATE(false, true);
  CAPTURE(from, extension, keep_gps);
  auto notes = notes_with("text");
  notes.photo = photo_metadata(phone_photo(from), keep_gps);
  std::vector<std::string> warnings;
  const auto bytes = encode_picture(wild_picture(5, 6), "a" + extension, {}, notes,
                                    [&](const auto& warning) { warnings.push_back(warning); });
  CHECK(warnings.empty());
  CHECK((samples_of(bytes) == samples_of(encode_picture(wild_picture(5, 6), "a" + extension))));
  CHECK(stored_parameters(bytes) == "text");
  CHECK(exif_text(bytes, "Exif.Image.Model") == "Phone 7");
  CHECK(exif_text(bytes, "Exif.Photo.FNumber") == "18/10");
  CHECK(exif_text(bytes, "Exif.Photo.DateTimeOriginal") == "2026:01:02 03:04:05");
  CHECK(exif_text(bytes, "Exif.Image.Orientation") == "1");
  for (const auto* gone : {"Exif.Photo.PixelXDimension", "Exif.Photo.ColorSpace", "Exif.Photo.MakerNote",
                           "Exif.Thumbnail.JPEGInterchangeFormat"}) {
    CHECK(!has_exif(bytes, gone));
  }
  CHECK(has_exif(bytes, "Exif.GPSInfo.GPSLatitude") == keep_gps);
  const auto image = opened(bytes);
  const auto& xmp = image->xmpData();
  const auto has_xmp = [&](const char* key) { return xmp.findKey(Exiv2::XmpKey(key)) != xmp.end(); };
  for (const auto* kept : {"Xmp.dc.creator", "Xmp.xmp.Rating", "Xmp.tiff.Model"}) CHECK(has_xmp(kept));
  for (const auto* gone : {"Xmp.exif.PixelXDimension", "Xmp.tiff.Orientation", "Xmp.crs.Exposure"}) {
    CHECK(!has_xmp(gone));
  }
  for (const auto* place : {"Xmp.exif.GPSLatitude", "Xmp.photoshop.City", "Xmp.iptc.Location"}) {
    CAPTURE(place);
    CHECK(has_xmp(place) == keep_gps);
  }
  for (const auto* place : {"Springfield", "Main Street", "secret place"}) {
    if (!keep_gps) CHECK(!contains(bytes, place));
  }
}

TEST_CASE("the same notes give the same bytes", "[image][metadata][unit]") {
  const std::string extension = GENERATE(".png", ".jpg", ".tif", ".webp");
  const auto bytes = [&] {
    auto notes = notes_with("text");
    notes.photo = photo_metadata(phone_photo(".jpg"), false);
    return encode_picture(wild_picture(5, 6), "a" + extension, {}, notes);
  };
  CHECK((bytes() == bytes()));
}

TEST_CASE("parameters of an earlier picture do not stay in the photo's metadata", "[image][metadata][unit]") {
  const std::string extension = GENERATE(".png", ".jpg", ".tif", ".webp");
  const auto first = encode_picture(wild_picture(5, 6), "a" + extension, {}, notes_with("the first"));
  PictureNotes notes;
  notes.photo = photo_metadata(first, true);
  CHECK(!contains(notes.photo.xmp, "the first"));
  CHECK(stored_parameters(encode_picture(wild_picture(5, 6), "b.jpg", {}, notes)).empty());
}

TEST_CASE("parameters go before a photo's metadata where there is no room for both", "[image][metadata][unit]") {
  const auto plain = encoded(".jpg", noise_pixels(20, 30, CV_8UC3));
  auto photo = opened(plain);
  photo->xmpData()["Xmp.dc.creator"] = std::string(40'000, 'z');
  auto notes = notes_with(std::string(40'000, 'y'));
  notes.photo = photo_metadata(rewritten(photo), false);
  REQUIRE(notes.photo.xmp.size() > 40'000);
  std::vector<std::string> warnings;
  const auto bytes =
      encode_picture(wild_picture(5, 6), "a.jpg", {}, notes, [&](const auto& warning) { warnings.push_back(warning); });
  CHECK((stored_parameters(bytes) == notes.parameters));
  REQUIRE(warnings.size() == 1);
  CHECK(contains(warnings[0], "lacks the photo's XMP data"));
}

}  // namespace styler::test
