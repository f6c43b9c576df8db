#include "styler/app/commands/video/frame.hpp"

#include <ATen/TensorOperators.h>

namespace styler::app {

bool is_seen(const Picture& picture) {
  return !picture.alpha.defined() || picture.alpha.sum(at::kDouble).item<double>() > 0;
}

}  // namespace styler::app
