#include "styler/image/metadata/metadata.hpp"

#include "styler/image/codec/bytes/picture_bytes.hpp"
#include "styler/image/codec/bytes/png_chunks.hpp"
#include "styler/image/image_io.hpp"
#include "styler/image/metadata/exiv2_session.hpp"

namespace styler {
namespace {

using std::string_view_literals::operator""sv;

constexpr const char* kParametersKey = "Xmp.styler.parameters";

/// The text of a PNG's iTXt chunk with our keyword, no matter what is in the others.
std::string parameters_of_png(std::string_view bytes) {
  // Keyword, not compressed, no language, no translated keyword.
  constexpr auto kStart = "styler\0\0\0\0\0"sv;
  for (const PngChunk& chunk : png_chunks(bytes)) {
    if (chunk.type == "iTXt"sv && chunk.data.starts_with(kStart)) return std::string(chunk.data.substr(kStart.size()));
  }
  return {};
}

std::string parameters_of_xmp(std::string_view bytes) {
  const Exiv2Session session;
  const auto image = opened_with_metadata(bytes);
  const auto& xmp = image->xmpData();
  const auto found = xmp.findKey(Exiv2::XmpKey(kParametersKey));
  return found == xmp.end() ? std::string() : found->toString();
}

}  // namespace

std::string xmp_packet(const std::string& photo_xmp, const std::string& parameters) {
  if (photo_xmp.empty() && parameters.empty()) return {};
  try {
    const Exiv2Session session;
    Exiv2::XmpData xmp;
    if (!photo_xmp.empty() && Exiv2::XmpParser::decode(xmp, photo_xmp) != 0) return {};
    if (!parameters.empty()) {
      Exiv2::XmpTextValue text;
      text.value_ = parameters;  // read() would take a text that begins with "type=" for a command
      xmp.add(Exiv2::XmpKey(kParametersKey), &text);
    }
    std::string packet;
    return Exiv2::XmpParser::encode(packet, xmp, kXmpFormat) == 0 ? packet : std::string();
  } catch (...) {
    return {};
  }
}

std::string tiff_with_exif(std::string_view tiff, std::string_view exif) {
  try {
    const Exiv2Session session;
    Exiv2::ExifData entries;
    Exiv2::ExifParser::decode(entries, reinterpret_cast<const Exiv2::byte*>(exif.data()),
                              static_cast<uint32_t>(exif.size()));
    const auto image = opened_with_metadata(tiff);
    for (const auto& entry : entries) {
      if (entry.key() != "Exif.Image.YCbCrPositioning") image->exifData()[entry.key()] = entry.value();
    }
    image->writeMetadata();
    auto& file = image->io();
    std::string bytes(file.size(), '\0');
    file.seek(0, Exiv2::BasicIo::beg);
    const auto read = file.read(reinterpret_cast<Exiv2::byte*>(bytes.data()),
                                static_cast<long>(bytes.size()));  // NOLINT(google-runtime-int)
    return static_cast<size_t>(read) == bytes.size() ? bytes : std::string();
  } catch (...) {
    return {};
  }
}

std::string stored_parameters(std::string_view bytes) {
  try {
    switch (picture_format(bytes)) {
      case PictureFormat::Png:
        return parameters_of_png(bytes);
      case PictureFormat::Jpeg:
      case PictureFormat::Tiff:
      case PictureFormat::WebP:
        return parameters_of_xmp(bytes);
      default:
        return {};
    }
  } catch (...) {  // Exiv2 on a damaged file
    return {};
  }
}

}  // namespace styler
