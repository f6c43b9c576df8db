#pragma once

#include <optional>
#include <utility>

#include "styler/core/stylize/stylizer.hpp"
#include "support/catch.hpp"
#include "support/test_device.hpp"

namespace support {

/// A run on the device under test. Its result, which is on the CPU, is brought there, to be compared with pictures.
inline styler::StylizeResult stylized(const styler::FeatureExtractor& network, const styler::StylizeInput& input,
                                      const styler::StylizeOptions& options, styler::Observer& observer,
                                      const styler::MemoryBudget& budget = {},
                                      std::optional<styler::RunState> from = std::nullopt) {
  styler::StylizeResult result =
      styler::stylize(network, test_machine(), input, options, observer, budget, std::move(from));
  for (at::Tensor* const tensor : {&result.picture.colour, &result.picture.alpha}) {
    if (!tensor->defined()) continue;
    CHECK(tensor->is_cpu());
    *tensor = tensor->to(test_device());
  }
  return result;
}

}  // namespace support
