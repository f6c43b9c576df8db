#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace styler {

/// Where a file tells of itself beside its pixels.
struct MetadataBlocks {
  /// EXIF blocks, each a small TIFF file, which something that does not belong there may precede.
  std::vector<std::string> exif;
  std::vector<std::string> xmp;
  /// A TIFF file, which is an EXIF block itself; borrowed. Empty for other formats.
  std::string_view tiff;
};

/// What EXIF and XMP say of how the pixels are to be shown. A file's own tags and profiles come before it.
struct ShownAs {
  /// 1 (upright) to 8 as EXIF counts, 0 where nothing is said. Kept in whatever type of number, in the first EXIF block
  /// that has it, or else in XMP.
  int orientation = 0;
  /// Adobe RGB, or colours whose primaries are told: an ICC profile for pixels in grey or in colour; empty: sRGB.
  std::string grey_profile, colour_profile;
  /// It is said that they are not sRGB, and not what else.
  bool colours_unknown = false;
  /// What the user should know, as predicates.
  std::vector<std::string> warnings;
};

/// Any bytes may be in the blocks. \throws std::bad_alloc
ShownAs shown_as(const MetadataBlocks& blocks);

}  // namespace styler
