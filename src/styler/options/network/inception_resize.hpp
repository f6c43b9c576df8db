#pragma once

#include "styler/base/text/names.hpp"

namespace styler {

/// Whose way of resizing pictures for Inception v3 a figure follows: FID differs by percents between them.
enum class InceptionResize {
  PytorchFid,     ///< Bilinear without antialiasing, values from -1 to 1.
  CleanFid,       ///< Pillow's bicubic with antialiasing (Parmar et al. 2022).
  TorchFidelity,  ///< TensorFlow 1's bilinear, as the first programs for FID had it.
};

inline constexpr Names<InceptionResize, 3> kInceptionResizes{{{{InceptionResize::PytorchFid, "pytorch-fid"},
                                                               {InceptionResize::CleanFid, "clean-fid"},
                                                               {InceptionResize::TorchFidelity, "torch-fidelity"}}}};

}  // namespace styler
