#pragma once

#include <cstdint>

namespace styler::app {

/// How long many pictures will still take, from what those behind them have taken.
class PicturesTimeLeft {
 public:
  /// \param to_make  pictures that are expected to be made.
  explicit PicturesTimeLeft(int64_t to_make) : to_make_(to_make) {}

  /// A picture was made in `seconds`.
  void made(double seconds);
  /// \param current_elapsed, current_left  of the picture that is being made; both 0 when there is none.
  double seconds(double current_elapsed, double current_left) const;

 private:
  int64_t to_make_;
  int64_t made_ = 0;
  double seconds_ = 0;
};

}  // namespace styler::app
