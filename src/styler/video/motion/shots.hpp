#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <vector>

namespace styler {

/// Tells shots apart from small copies of a film's frames, so that a look at the whole film costs little beside reading
/// it.
class ShotFinder {
 public:
  /// The next frame, [1, 3, H, W], of the size of the one before it.
  void add(const at::Tensor& frame);
  /// The first frame of each shot, as many as were added before it: 0, and each that shows nothing of the one before.
  std::vector<size_t> beginnings() const;

 private:
  struct Change {
    double difference = 0;  ///< Mean over small copies, in [0, 1].
    double coverage = 1;    ///< How much of the frame the one before it shows, where that was asked.
  };
  bool is_cut(size_t index) const;

  at::Tensor last_;  ///< The frame before, small.
  std::vector<Change> changes_;
};

}  // namespace styler
