#pragma once

#include <algorithm>

namespace styler {

/// A divisor that is zero for a target of nothing (a black picture's features, say) would make the loss infinite.
inline double reciprocal(double value) { return 1.0 / std::max(value, 1e-12); }

}  // namespace styler
