#pragma once

#include <array>
#include <memory>
#include <opencv2/core.hpp>
#include <vector>

#include "styler/image/colour/colour_profile.hpp"

namespace styler {

/// Entries of the tables here: every value of 16 bits has its own, and so every one of 8 bits.
inline constexpr size_t kTableSize = 65536;

/// The value in [0, 1] that an entry stands for.
inline float table_value(size_t i) { return static_cast<float>(i) / static_cast<float>(kTableSize - 1); }

/// Linear light by a curve per channel, then a matrix.
struct MatrixProfile {
  std::array<std::vector<float>, 3> linear;  ///< Each of kTableSize.
  cv::Matx33d xyz_from_rgb;
};

/// From one matrix profile to another one whose curves rise steadily. A twentieth of lcms2's time.
std::unique_ptr<ColourTransform> combine(const MatrixProfile& source, const MatrixProfile& target);

/// The same as a transform of one channel.
std::unique_ptr<ColourTransform> tabulate_grey(const ColourTransform& exact);

/// Whether two transforms of three channels do the same, to a small part of a level of 8 bits.
bool agree(const ColourTransform& a, const ColourTransform& b);

}  // namespace styler
