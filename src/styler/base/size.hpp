#pragma once

#include <cstdint>
#include <string>

namespace styler {

/// Height and width in pixels.
struct Size {
  int64_t height = 0;
  int64_t width = 0;

  int64_t long_edge() const { return height > width ? height : width; }
  int64_t pixels() const { return height * width; }
  int64_t short_edge() const { return height < width ? height : width; }
  bool operator==(const Size&) const = default;
};

/// `512x384`: width first, as people say it.
std::string size_text(Size size);

}  // namespace styler
