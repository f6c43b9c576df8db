#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace styler {

/// Red, green and blue, 0 to 255.
using MapColour = std::array<int, 3>;

/// `#rrggbb`
std::string map_colour_text(const MapColour& colour);

/// A picture in which colours stand for regions.
struct RegionMap {
  std::vector<MapColour> colours;  ///< Of the regions, the largest first.
  std::vector<at::Tensor> shares;  ///< [1, 1, H, W], float32, in [0, 1], one for each colour; they sum to 1 everywhere.
};

/// A picture with more flat colours is no map.
inline constexpr size_t kMostMapColours = 32;

/// Finds the regions of a map: colours that are flat over at least half a per cent of it. Every other pixel is taken
/// for a soft border. It lies nearest to the line between two of these colours, and belongs to both in proportion; what
/// is near to one of them, as a JPEG's noise is, belongs to that alone. So three colours in a line, black, grey and
/// white for example, leave soft borders between the outer two unclear. Colours less than 32 apart, of 255 and along
/// the straight line from one to the other, are the same. Time and memory: a few passes over the picture, and 128 MB.
/// \param picture  [1, 3, H, W], float32 on the CPU, in [0, 1].
/// \returns no colours where none is flat, and no shares where there are more than kMostMapColours.
RegionMap region_map(const at::Tensor& picture);

/// Which of `colours` is meant by `colour`: the nearest, where it is the same as region_map() has it.
std::optional<size_t> same_map_colour(const std::vector<MapColour>& colours, const MapColour& colour);

}  // namespace styler
