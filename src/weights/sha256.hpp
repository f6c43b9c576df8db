#pragma once

#include <string>

#include "styler/weights.hpp"

namespace styler {

/// Hexadecimal SHA-256 of the tensors' bytes: conv1_1's kernel, its bias, conv1_2's kernel … Unlike a file's checksum
/// it is the same for every file form that the numbers come in.
std::string tensors_sha256(const VggWeights& weights);

}  // namespace styler
