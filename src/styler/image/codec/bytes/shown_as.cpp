#include "styler/image/codec/bytes/shown_as.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "styler/image/codec/bytes/exif_block.hpp"
#include "styler/image/codec/srgb_profile.hpp"

namespace styler {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kTiffNamespace = "http://ns.adobe.com/tiff/1.0/";
constexpr std::string_view kExifNamespace = "http://ns.adobe.com/exif/1.0/";
constexpr std::string_view kPhotoshopNamespace = "http://ns.adobe.com/photoshop/1.0/";

int valid_orientation(double number) {
  return number >= 1 && number <= 8 && number == std::floor(number) ? static_cast<int>(number) : 0;
}

/// The first orientation of a directory that is one, in whatever type it is stored; 0 where there is none.
int orientation_of(const ExifDirectory& directory) {
  constexpr uint16_t kOrientation = 0x0112;
  for (const auto& numbers : directory.numbers(kOrientation)) {
    if (!numbers.empty() && valid_orientation(numbers[0]) != 0) return valid_orientation(numbers[0]);
  }
  const auto text = directory.text(kOrientation);  // a few programs write the digit itself
  return text.size() == 1 ? valid_orientation(text[0] - '0') : 0;
}

/// Whose colours the pixels are in.
enum class Space { NotSaid, Srgb, AdobeRgb, Told, Unknown };

/// As a block or packet says it.
struct Colours {
  Space space = Space::NotSaid;
  Primaries primaries = Primaries::of_srgb();  ///< Of those that are told.
  double gamma = 2.2;
};

/// White and primaries of a directory; nothing where they are not there or can't be those of a screen.
std::optional<Primaries> primaries_of(const ExifDirectory& directory) {
  constexpr uint16_t kWhitePoint = 0x013E, kPrimaries = 0x013F;
  const auto white = directory.numbers(kWhitePoint), primaries = directory.numbers(kPrimaries);
  if (white.empty() || white[0].size() != 2 || primaries.empty() || primaries[0].size() != 6) return std::nullopt;
  const auto is_colour = [](double value) { return value > 0.01 && value < 0.99; };
  if (!std::ranges::all_of(white[0], is_colour) || !std::ranges::all_of(primaries[0], is_colour)) return std::nullopt;
  const auto& p = primaries[0];
  return Primaries{{white[0][0], white[0][1]}, {p[0], p[1]}, {p[2], p[3]}, {p[4], p[5]}};
}

/// By EXIF's ColorSpace, whose 2 no standard has and many programs write; by the index of its directory of
/// interoperability, R03 for Adobe RGB; and by the primaries.
Colours colours_of_exif(const ExifDirectory& image) {
  constexpr uint16_t kPhoto = 0x8769, kColorSpace = 0xA001, kGamma = 0xA500, kInteroperability = 0xA005, kIndex = 1;
  constexpr double kSrgb = 1, kAdobeRgb = 2, kUncalibrated = 0xFFFF;
  const ExifDirectory photo = image.below(kPhoto);
  const auto first = [&](uint16_t tag) {
    const auto numbers = photo.numbers(tag);
    return numbers.empty() || numbers[0].empty() ? 0.0 : numbers[0][0];
  };
  const double said = first(kColorSpace);
  Colours colours;
  if (said == kSrgb) colours.space = Space::Srgb;
  if (said == kAdobeRgb) colours.space = Space::AdobeRgb;
  if (colours.space != Space::NotSaid) return colours;
  const auto index = photo.below(kInteroperability).text(kIndex);
  if (index.starts_with("R03"sv)) colours.space = Space::AdobeRgb;
  if (index.starts_with("R98"sv)) colours.space = Space::Srgb;
  if (colours.space != Space::NotSaid || said != kUncalibrated) return colours;
  const auto primaries = primaries_of(image);
  colours.space = primaries ? Space::Told : Space::Unknown;
  if (primaries) colours.primaries = *primaries;
  if (primaries && are_close(*primaries, Primaries::of_adobe_rgb())) colours.space = Space::AdobeRgb;
  if (const double gamma = first(kGamma); gamma > 0) colours.gamma = gamma;
  return colours;
}

/// The value of a simple property of XMP, as attribute or element; empty where there is none. Nobody's parser is asked:
/// a packet may be as large and as wrong as it likes, and a property here is what a reader of text takes for one.
std::string_view property(std::string_view xmp, std::string_view xml_namespace, std::string_view name) {
  constexpr auto kSpace = " \t\r\n"sv;
  const auto skip_space = [&](size_t position) {
    return std::min(xmp.find_first_not_of(kSpace, position), xmp.size());
  };
  // xmlns:tiff="http://…": the prefix is the file's own choice.
  const size_t declared = xmp.find(xml_namespace);
  if (declared == std::string_view::npos || declared < 2) return {};
  const auto before = xmp.substr(0, declared - 1);
  const size_t begin = before.rfind("xmlns:");
  if (begin == std::string_view::npos) return {};
  const auto prefix = before.substr(begin + 6, before.find_first_of(" \t\r\n=", begin) - begin - 6);
  const std::string wanted = std::string(prefix) + ':' + std::string(name);
  for (size_t found = xmp.find(wanted); found != std::string_view::npos; found = xmp.find(wanted, found + 1)) {
    size_t position = skip_space(found + wanted.size());
    if (found == 0 || position >= xmp.size() || (xmp[found - 1] != '<' && kSpace.find(xmp[found - 1]) == kSpace.npos)) {
      continue;
    }
    if (xmp[position] == '>')
      return xmp.substr(position + 1, std::min(xmp.find('<', position), xmp.size()) - position - 1);
    if (xmp[position] != '=') continue;
    position = skip_space(position + 1);
    if (position >= xmp.size() || (xmp[position] != '"' && xmp[position] != '\'')) continue;
    return xmp.substr(position + 1, std::min(xmp.find(xmp[position], position + 1), xmp.size()) - position - 1);
  }
  return {};
}

int orientation_of_xmp(std::string_view xmp) {
  auto text = property(xmp, kTiffNamespace, "Orientation");
  while (!text.empty() && " \t\r\n"sv.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  const bool is_digit = !text.empty() && (text.size() == 1 || text[1] < '0' || text[1] > '9');
  return is_digit ? valid_orientation(text[0] - '0') : 0;
}

Space space_of_xmp(std::string_view xmp) {
  const auto profile = property(xmp, kPhotoshopNamespace, "ICCProfile");
  if (profile.starts_with("Adobe RGB"sv)) return Space::AdobeRgb;
  if (profile.starts_with("sRGB"sv)) return Space::Srgb;
  const auto space = property(xmp, kExifNamespace, "ColorSpace");
  if (space == "1"sv) return Space::Srgb;
  if (space == "2"sv) return Space::AdobeRgb;
  return space == "65535"sv || !profile.empty() ? Space::Unknown : Space::NotSaid;
}

/// Takes the orientation of the first block that has one. What the thumbnail's directory says is none of the picture's.
void take_orientation(const std::vector<std::string_view>& exif, const MetadataBlocks& blocks, ShownAs& shown) {
  int of_thumbnail = 0;
  for (const auto block : exif) {
    const int orientation = orientation_of(first_directory(block));
    if (of_thumbnail == 0) of_thumbnail = orientation_of(first_directory(block).next());
    if (shown.orientation == 0) shown.orientation = orientation;
    if (orientation != 0 && orientation != shown.orientation) {
      shown.warnings.emplace_back("says in two EXIF blocks how it was held, each otherwise; the first is followed");
    }
  }
  for (const auto& xmp : blocks.xmp) {
    if (shown.orientation == 0) shown.orientation = orientation_of_xmp(xmp);
  }
  if (shown.orientation == 0 && of_thumbnail > 1) {
    shown.warnings.emplace_back(
        "says how its thumbnail was held, but not how it was itself; it is taken as it is stored");
  }
}

/// EXIF comes first, since it is the camera's; XMP where that says nothing, or only that it is not sRGB.
Colours colours_of(const std::vector<std::string_view>& exif, const MetadataBlocks& blocks) {
  Colours colours;
  const auto is_open = [&] { return colours.space == Space::NotSaid || colours.space == Space::Unknown; };
  for (const auto block : exif) {
    if (!is_open()) break;
    const Colours said = colours_of_exif(first_directory(block));
    if (said.space != Space::NotSaid) colours = said;
  }
  for (const auto& xmp : blocks.xmp) {
    if (!is_open()) break;
    const Space said = space_of_xmp(xmp);
    if (said != Space::NotSaid) colours.space = said;
  }
  return colours;
}

}  // namespace

ShownAs shown_as(const MetadataBlocks& blocks) {
  std::vector<std::string> whole;
  for (const std::string& block : blocks.exif) {
    if (const auto tiff = tiff_of_exif(block); !tiff.empty()) {
      whole.emplace_back(tiff);
    } else if (!whole.empty()) {
      whole.back() += block;  // a block too large for one segment goes on in the next, without a header
    }
  }
  std::vector<std::string_view> exif(whole.begin(), whole.end());
  if (!blocks.tiff.empty()) exif.push_back(tiff_of_exif(blocks.tiff));
  ShownAs shown;
  take_orientation(exif, blocks, shown);
  const Colours colours = colours_of(exif, blocks);
  const auto profile_of = [&](bool grey) {
    if (colours.space == Space::AdobeRgb) return adobe_rgb_profile(grey);
    return colours.space == Space::Told ? gamma_profile(1 / colours.gamma, colours.primaries, grey) : std::string();
  };
  shown.grey_profile = profile_of(true);
  shown.colour_profile = profile_of(false);
  shown.colours_unknown = colours.space == Space::Unknown;
  return shown;
}

}  // namespace styler
