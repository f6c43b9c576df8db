#include "styler/core/generator/continuation.hpp"

#include <ATen/core/Tensor.h>

#include <cstring>

namespace styler {
namespace {

int64_t bytes_in_sheet(const Sheet& sheet, int64_t elements) {
  return elements * static_cast<int64_t>(sheet.memory.element_size());
}

}  // namespace

void* cell_at(const Sheet& sheet, int64_t picture, int64_t y, int64_t x) {
  return static_cast<char*>(sheet.row(picture, y)) + bytes_in_sheet(sheet, x * sheet.channels);
}

void continue_row(const Sheet& sheet, Continuation continuation, int64_t picture, int64_t y) {
  for_each_beyond(continuation, sheet.width, sheet.margin, [&](int64_t beyond, int64_t within) {
    std::memcpy(cell_at(sheet, picture, y, beyond), cell_at(sheet, picture, y, within),
                static_cast<size_t>(bytes_in_sheet(sheet, sheet.channels)));
  });
  for_each_beyond(continuation, sheet.height, sheet.margin, [&](int64_t beyond, int64_t within) {
    if (within != y) return;
    std::memcpy(sheet.whole_row(picture, beyond), sheet.whole_row(picture, y),
                static_cast<size_t>(bytes_in_sheet(sheet, sheet.row_elements())));
  });
}

void clear_margin(const Sheet& sheet) {
  if (sheet.margin == 0) return;
  const auto side = static_cast<size_t>(bytes_in_sheet(sheet, sheet.margin * sheet.channels));
  const auto row = static_cast<size_t>(bytes_in_sheet(sheet, sheet.row_elements()));
  for (int64_t picture = 0; picture < sheet.pictures; ++picture) {
    std::memset(sheet.whole_row(picture, -sheet.margin), 0, static_cast<size_t>(sheet.margin) * row);
    std::memset(sheet.whole_row(picture, sheet.height), 0, static_cast<size_t>(sheet.margin) * row);
    for (int64_t y = 0; y < sheet.height; ++y) {
      std::memset(sheet.whole_row(picture, y), 0, side);
      std::memset(cell_at(sheet, picture, y, sheet.width), 0, side);
    }
  }
}

}  // namespace styler
