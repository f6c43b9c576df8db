#include "styler/base/size.hpp"

namespace styler {

std::string size_text(Size size) { return std::to_string(size.width) + "x" + std::to_string(size.height); }

}  // namespace styler
