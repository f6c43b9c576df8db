#pragma once

#include <string_view>

namespace styler {

/// Whether the XMP in a picture's file has so many properties that reading it would take seconds. Exiv2's parser
/// compares each property with all before it: 60,000, which a file of a megabyte can hold, take 20 s. A photo has some
/// hundreds; the long lists that Photoshop keeps of a picture's ancestors are no properties and count for nothing.
bool has_heavy_xmp(std::string_view bytes);

}  // namespace styler
