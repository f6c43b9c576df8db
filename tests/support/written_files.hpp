#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "styler/image/image_io.hpp"

struct tiff;  // libtiff's TIFF

namespace styler::test {

/// What is in a file, told by other code than ours.
struct Samples {
  int width = 0, height = 0, channels = 0, bit_depth = 0;
  std::vector<int> values;  ///< Interleaved RGB or RGBA, from the top.
  bool operator==(const Samples&) const = default;
};

/// TIFF by libtiff, since OpenCV multiplies its colours by alpha; the rest by OpenCV.
Samples samples_of(std::string_view bytes);

/// A TIFF file opened by libtiff.
std::shared_ptr<tiff> opened_tiff(std::string_view bytes);

/// A 1×n picture whose three channels hold `values`.
at::Tensor row_of(const std::vector<float>& values);

/// An opaque picture of noise beyond [0, 1] on both sides, so that some values are cut off.
Picture wild_picture(int height, int width);

/// The same with noise for alpha, 0 and 1 among it.
Picture translucent_picture(int height, int width);

/// What the file must hold: each value clamped and rounded, computed one by one in double precision.
Samples expected_samples(const Picture& picture, int bit_depth);

/// The sRGB profile, or another, that a JPEG, TIFF or WebP file carries, as Exiv2 finds it.
std::string icc_profile_of(std::string_view bytes);

}  // namespace styler::test
