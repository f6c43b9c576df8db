#include <algorithm>
#include <array>
#include <cstdint>

#include "styler/image/codec/bytes/picture_bytes.hpp"
#include "styler/image/image_io.hpp"
#include "styler/image/metadata/exiv2_session.hpp"

// What of a photo's metadata may go into another picture. Lists of what is kept, not of what is dropped: nobody can
// list all the places in which cameras, phones and programs hide a position, a preview or the layout of the old file.

namespace styler {
namespace {

using std::string_view_literals::operator""sv;

struct TagRange {
  uint16_t first, last;
};

/// Of EXIF's first directory: what is shown, by what and by whom.
constexpr std::array kImageTags{
    TagRange{0x010E, 0x0110},  // ImageDescription, Make, Model
    TagRange{0x0131, 0x0132},  // Software, DateTime
    TagRange{0x013B, 0x013C},  // Artist, HostComputer
    TagRange{0x4746, 0x4749},  // Rating, RatingPercent
    TagRange{0x8298, 0x8298},  // Copyright
    TagRange{0x9C9B, 0x9C9F},  // XPTitle … XPSubject
};

/// Of its directory of how the photo was taken. Not the maker's note, which is full of offsets into the old file and
/// holds previews and, on some phones, the position.
constexpr std::array kPhotoTags{
    TagRange{0x829A, 0x829D},  // ExposureTime, FNumber
    TagRange{0x8822, 0x8835},  // ExposureProgram, ISOSpeed …
    TagRange{0x9000, 0x9012},  // ExifVersion, dates
    TagRange{0x9201, 0x920A},  // ShutterSpeedValue … FocalLength
    TagRange{0x9286, 0x9292},  // UserComment, SubSecTime …
    TagRange{0xA20B, 0xA20B},  // FlashEnergy
    TagRange{0xA215, 0xA217},  // ExposureIndex, SensingMethod
    TagRange{0xA300, 0xA301},  // FileSource, SceneType
    TagRange{0xA401, 0xA40C},  // CustomRendered … SubjectDistanceRange
    TagRange{0xA420, 0xA435},  // ImageUniqueID, owner, serial numbers, lens
};

template <typename Ranges>
bool has(const Ranges& ranges, uint16_t tag) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const TagRange& range) { return tag >= range.first && tag <= range.last; });
}

bool is_kept(const Exiv2::Exifdatum& entry, bool keep_gps) {
  const std::string group = entry.groupName();
  if (group == "Image") return has(kImageTags, entry.tag());
  if (group == "Photo") return has(kPhotoTags, entry.tag());
  return keep_gps && group == "GPSInfo";
}

/// A namespace of XMP that describes photos, by the prefix that Exiv2 gives it, whatever the file calls it.
struct XmpRule {
  std::string_view prefix;
  std::string_view dropped;  ///< Properties of the old file's layout, each between spaces.
  std::string_view places;   ///< Properties that tell a place. A `*` at the end stands for any rest.
};

/// Left out on purpose: xmpMM, which keeps the metadata of every file that the photo was made of; crs and its like,
/// whose settings a photo editor would apply to the result once more.
constexpr std::array kXmpRules{
    XmpRule{"dc", " format ", " coverage "},
    XmpRule{"xmp", " Thumbnails ", ""},
    XmpRule{"xmpRights", "", ""},
    XmpRule{"plus", "", ""},
    XmpRule{"aux", "", ""},
    XmpRule{"photoshop", " ICCProfile ColorMode DocumentAncestors TextLayers SidecarForExtension ",
            " City State Country "},
    XmpRule{"tiff",
            " Orientation ImageWidth ImageLength BitsPerSample Compression PhotometricInterpretation SamplesPerPixel "
            "PlanarConfiguration YCbCr* XResolution YResolution ResolutionUnit TransferFunction WhitePoint "
            "PrimaryChromaticities ReferenceBlackWhite NativeDigest ",
            ""},
    XmpRule{"exif",
            " PixelXDimension PixelYDimension ColorSpace ComponentsConfiguration CompressedBitsPerPixel FocalPlane* "
            "SubjectArea SubjectLocation CFAPattern MakerNote RelatedSoundFile NativeDigest ",
            " GPS* "},
    XmpRule{"exifEX", " Gamma InteroperabilityIndex ", " GPS* "},
    // Exiv2's names for Iptc4xmpCore and Iptc4xmpExt.
    XmpRule{"iptc", "", " Location CountryCode "},
    XmpRule{"iptcExt", " ImageRegion ",
            " Location* City CountryCode CountryName ProvinceState Sublocation WorldRegion "},
};

bool is_listed(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const auto end = list.find(' ');
    const auto word = list.substr(0, end);
    if (word.ends_with('*') ? name.starts_with(word.substr(0, word.size() - 1)) : !word.empty() && name == word) {
      return true;
    }
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  }
  return false;
}

bool is_kept(const Exiv2::Xmpdatum& property, bool keep_gps) {
  const std::string prefix = property.groupName(), path = property.tagName();
  const auto name = std::string_view(path).substr(0, path.find_first_of("[/"));  // a part goes with its whole
  const auto* const rule = std::find_if(kXmpRules.begin(), kXmpRules.end(),
                                        [&](const XmpRule& candidate) { return candidate.prefix == prefix; });
  if (rule == kXmpRules.end() || is_listed(rule->dropped, name)) return false;
  return keep_gps || !is_listed(rule->places, name);
}

template <typename Data>
Data kept_of(const Data& all, bool keep_gps) {
  Data kept;
  for (const auto& entry : all) {
    if (is_kept(entry, keep_gps)) kept.add(entry);
  }
  return kept;
}

std::string exif_block(Exiv2::ExifData exif) {
  if (exif.empty()) return {};
  exif["Exif.Image.Orientation"] = uint16_t{1};  // we turn pictures upright when we read them
  // What EXIF demands of each file: a resolution, of which 72 per inch stands for none, and where JPEG's colour samples
  // lie, which with 4:4:4 is of no importance.
  exif["Exif.Image.XResolution"] = Exiv2::URational(72, 1);
  exif["Exif.Image.YResolution"] = Exiv2::URational(72, 1);
  exif["Exif.Image.ResolutionUnit"] = uint16_t{2};
  exif["Exif.Image.YCbCrPositioning"] = uint16_t{1};
  Exiv2::Blob blob;
  Exiv2::ExifParser::encode(blob, Exiv2::littleEndian, exif);
  return {blob.begin(), blob.end()};
}

std::string packet_of(const Exiv2::XmpData& xmp) {
  std::string packet;
  if (xmp.empty() || Exiv2::XmpParser::encode(packet, xmp, kXmpFormat) != 0) return {};
  return packet;
}

}  // namespace

PhotoMetadata photo_metadata(std::string_view bytes, bool keep_gps) {
  const auto format = picture_format(bytes);
  if (format != PictureFormat::Jpeg && format != PictureFormat::Png && format != PictureFormat::Tiff &&
      format != PictureFormat::WebP) {
    return {};
  }
  try {
    const Exiv2Session session;
    const auto image = opened_with_metadata(bytes);
    return {exif_block(kept_of(image->exifData(), keep_gps)), packet_of(kept_of(image->xmpData(), keep_gps))};
  } catch (...) {  // a damaged file, of which Exiv2 throws more than its own errors
    return {};
  }
}

}  // namespace styler
