#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "styler/weights/foreign/foreign_file.hpp"

namespace support {

/// Tensors in memory, as a reader would list them.
inline styler::ForeignTensors foreign(const std::vector<std::pair<std::string, at::Tensor>>& tensors) {
  styler::ForeignTensors result;
  for (const auto& [name, tensor] : tensors) {
    result.emplace(name, styler::ForeignTensor{tensor.sizes().vec(), [tensor = tensor] { return tensor; }});
  }
  return result;
}

}  // namespace support
