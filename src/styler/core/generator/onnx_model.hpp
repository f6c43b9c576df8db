#pragma once

#include <map>
#include <string>

#include "styler/core/generator/styles.hpp"

namespace styler {

/// A generator as an ONNX model (opset 13, IR version 7), which ONNX Runtime and its like run.
///
/// It takes `photo`, float32 [N, 3, H, W] of any size from Generator::kLeastEdge up, RGB in [0, 1], and gives
/// `picture`, the same. Edges that are multiples of Generator::kUnit come out as Generator::run() has them; of others
/// the last pixels see a border where paint() mirrors. A model of several styles takes `style_weights` besides, float32
/// [1, S], whose sum is 1: the shares of its styles.
/// \param notes  are kept in its metadata.
/// \return       The file's bytes; equal arguments give equal ones.
std::string onnx_model(const StyledGenerator& styles, const std::map<std::string, std::string>& notes);

}  // namespace styler
