#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

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
///
/// A network that was imported from ONNX is its file again.
std::string onnx_model(const StyledGenerator& styles, const std::map<std::string, std::string>& notes);

/// The generator that onnx_model() wrote these bytes of; none where it would have written another network.
/// \throws Error{InvalidArgument} with a part of a sentence, where they are no ONNX model.
std::optional<StyledGenerator> generator_in_onnx_model(std::string_view bytes);

}  // namespace styler
