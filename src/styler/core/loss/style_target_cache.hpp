#pragma once

#include <cstdint>
#include <list>
#include <string>

#include "styler/core/loss/objective.hpp"
#include "styler/options/scales.hpp"

namespace styler {

/// Style targets of earlier runs with the same network and ObjectiveOptions, for pictures in the style of one painting
/// after another. Holds what fits into its limit; what was not used for longest goes first. For one thread at a time.
/// VGG19's five Gram matrices take 2.5 MB, whatever the size of the painting; quantiles 12 MB.
class StyleTargetCache {
 public:
  explicit StyleTargetCache(int64_t limit_bytes) : limit_bytes_(limit_bytes) {}

  /// \param style  stands for the style picture: the same text, the same picture.
  /// \param size   at which the picture was looked at.
  /// \returns nullptr when there is nothing; valid until the next keep().
  const StyleTargets* find(const std::string& style, Size size);
  /// Targets that are larger than the limit are not kept.
  void keep(const std::string& style, Size size, const StyleTargets& targets);

  int64_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::string style;
    Size size;
    StyleTargets targets;
    int64_t bytes;
  };
  int64_t limit_bytes_;
  int64_t bytes_ = 0;
  std::list<Entry> entries_;  ///< The most recently used first. Few: a search is nothing beside a run.
};

}  // namespace styler
