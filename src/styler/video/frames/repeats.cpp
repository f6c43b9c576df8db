#include "styler/video/frames/repeats.hpp"

#include <ATen/core/Tensor.h>

#include <cmath>
#include <cstdint>

namespace styler {
namespace {

/// A codec's rounding of a picture that stands still.
constexpr float kNothingNew = 2.5F / 255;

bool is_nearly(const at::Tensor& a, const at::Tensor& b) {
  if (a.defined() != b.defined()) return false;
  if (!a.defined()) return true;
  if (a.sizes() != b.sizes()) return false;
  const float* const first = a.data_ptr<float>();
  const float* const second = b.data_ptr<float>();
  const int64_t count = a.numel();
  // In pieces, so that most frames, which differ somewhere, are told soon.
  constexpr int64_t kPiece = 4096;
  for (int64_t begin = 0; begin < count; begin += kPiece) {
    const int64_t end = begin + kPiece < count ? begin + kPiece : count;
    bool nearly = true;
    for (int64_t i = begin; i < end; ++i) nearly &= std::abs(first[i] - second[i]) < kNothingNew;
    if (!nearly) return false;
  }
  return true;
}

}  // namespace

bool RepeatFinder::repeats(const Picture& picture) {
  if (last_.colour.defined() && is_nearly(picture.colour, last_.colour) && is_nearly(picture.alpha, last_.alpha)) {
    return true;
  }
  last_ = picture;
  return false;
}

}  // namespace styler
