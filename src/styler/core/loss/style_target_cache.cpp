#include "styler/core/loss/style_target_cache.hpp"

#include <ATen/core/Tensor.h>

#include <algorithm>

namespace styler {

const StyleTargets* StyleTargetCache::find(const std::string& style, Size size) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.size == size && entry.style == style; });
  if (found == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found);
  return &entries_.front().targets;
}

void StyleTargetCache::keep(const std::string& style, Size size, const StyleTargets& targets) {
  int64_t bytes = 0;
  for (const LayerStatistics& layer : targets.layers) {
    for (const at::Tensor& tensor : {layer.gram, layer.mean, layer.quantiles}) {
      if (tensor.defined()) bytes += static_cast<int64_t>(tensor.nbytes());
    }
  }
  if (bytes > limit_bytes_ || find(style, size) != nullptr) return;
  for (; bytes_ + bytes > limit_bytes_; entries_.pop_back()) bytes_ -= entries_.back().bytes;
  entries_.push_front({style, size, targets, bytes});
  bytes_ += bytes;
}

}  // namespace styler
