#include "styler/video/motion/shots.hpp"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cstdint>

#include "styler/core/picture/resample.hpp"
#include "styler/options/scales.hpp"
#include "styler/video/motion/flow.hpp"

namespace styler {
namespace {

/// Long edge of the copies in which frames are compared.
constexpr int64_t kSmallEdge = 128;

/// A mean difference from which on a frame may begin a shot, and how much more it must be than its neighbours'
/// (PySceneDetect's adaptive detector has 15/255 and 3).
constexpr double kDifference = 15.0 / 255;
constexpr double kTimesNeighbours = 3.0;
constexpr size_t kNeighbours = 2;

/// Below the first the frame shows too little of the one before to be carried along, whatever the difference is; above
/// the second it is the same shot, lit by a flash perhaps.
constexpr double kHardlyCovered = 0.25;
constexpr double kWellCovered = 0.75;

/// A difference below which coverage is not asked: then there is no cut.
constexpr double kSmallDifference = 8.0 / 255;

}  // namespace

void ShotFinder::add(const at::Tensor& frame) {
  const Size size = picture_size(frame);
  const bool is_small = size.long_edge() <= kSmallEdge;
  const at::Tensor small = is_small ? frame.clone() : resized(frame, scaled_to_long_edge(size, kSmallEdge));
  Change change;
  if (last_.defined()) {
    change.difference = (small - last_).abs().mean().item<double>();
    if (change.difference > kSmallDifference) {
      const Flow back = flow_between(small, last_), forth = flow_between(last_, small);
      change.coverage = reliability_of(back, forth).visible.mean().item<double>();
    }
  }
  changes_.push_back(change);
  last_ = small;
}

bool ShotFinder::is_cut(size_t index) const {
  const Change& change = changes_[index];
  if (change.coverage < kHardlyCovered) return true;
  if (change.difference < kDifference || change.coverage > kWellCovered) return false;
  double sum = 0, count = 0;
  const size_t first = index > kNeighbours ? index - kNeighbours : 1;
  for (size_t i = first; i <= std::min(index + kNeighbours, changes_.size() - 1); ++i) {
    if (i == index) continue;
    sum += changes_[i].difference;
    ++count;
  }
  return count == 0 || change.difference > kTimesNeighbours * sum / count;
}

std::vector<size_t> ShotFinder::beginnings() const {
  std::vector<size_t> beginnings;
  for (size_t i = 0; i < changes_.size(); ++i) {
    if (i == 0 || is_cut(i)) beginnings.push_back(i);
  }
  return beginnings;
}

}  // namespace styler
