#pragma once

#include <memory>

#include "styler/core/optimizer/optimizer.hpp"

namespace styler {

/// Kingma & Ba (2015), algorithm 1, with their constants.
std::unique_ptr<Optimizer> make_adam(double learning_rate);

}  // namespace styler
