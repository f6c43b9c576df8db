#pragma once

#include "styler/core/picture/picture.hpp"

namespace styler {

/// Finds frames that show nothing new, as films drawn on twos have them. Each is compared with the last frame that was
/// new, not with the one before it, so that a slow fade is not taken for a standing picture.
class RepeatFinder {
 public:
  /// Whether every value of `picture` is within 2/255 of the last new frame's; it is the next one to compare with
  /// otherwise. Keeps that picture, whose numbers nobody may change meanwhile.
  bool repeats(const Picture& picture);
  void forget() { last_ = {}; }

 private:
  Picture last_;
};

}  // namespace styler
