#pragma once

#include <string>
#include <string_view>

namespace styler {

/// An XMP packet with what `photo_xmp` says and the parameters; either may be empty. Empty when nothing can be said:
/// both are empty, or the texts are not fit for XML.
std::string xmp_packet(const std::string& photo_xmp, const std::string& parameters);

/// Puts an EXIF block into a TIFF file, which has no single place for one: its entries become part of the file's own.
/// The pixels stay as they are. Memory: the file once more.
/// \return an empty string when it cannot be done.
std::string tiff_with_exif(std::string_view tiff, std::string_view exif);

}  // namespace styler
