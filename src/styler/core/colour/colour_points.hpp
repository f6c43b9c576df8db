#pragma once

#include <array>
#include <utility>
#include <vector>

#include "styler/core/colour/colour_transfer.hpp"

namespace styler {

/// Rows of a 3 × 3 matrix.
using Matrix3 = std::array<Colour, 3>;
Colour transformed(const Matrix3& matrix, const Colour& colour);

/// One 8-bit level, squared. Along an axis of colour with less variance there is nothing but noise.
constexpr double kLeastVariance = 1.0 / (255 * 255);

/// matrix · (colour − from) + to.
struct Affine {
  Matrix3 matrix{};
  Colour from{};
  Colour to{};
  Colour operator()(const Colour& colour) const;
};

/// A pixel in Oklab, and how much it counts.
struct ColourPoint {
  Colour colour{};
  double weight = 1.0;
};

/// All pixels of a picture; see colour_statistics() for the weights.
std::vector<ColourPoint> colour_points(const Picture& picture);
ColourStatistics statistics_of(const std::vector<ColourPoint>& points);

/// What match_map() does, in Oklab.
Affine matching(const ColourStatistics& from, const ColourStatistics& to);

/// To coordinates in which these statistics are mean 0 and covariance 1, along the axes that the colours vary along
/// independently, and back. Along axes with next to no variance less than 1.
std::pair<Affine, Affine> whitening(const ColourStatistics& statistics);

}  // namespace styler
