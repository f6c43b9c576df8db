#pragma once

#include <filesystem>
#include <vector>

#include "styler/core/generator/styles.hpp"
#include "styler/core/graph/picture_graph.hpp"

namespace styler {

/// Whether a file is taken for an ONNX model: by its name, since its first bytes may be anything.
bool is_onnx_file(const std::filesystem::path& file);

/// The generator in an ONNX file: one that this program exported, as it was, or another program's network.
/// \param styles  what a network made of paintings, [S] each, for one that takes such numbers; else none.
/// \throws Error{Weights} that says what of it is not understood, by operator and place.
StyledGenerator onnx_generator(const std::filesystem::path& file, const std::vector<at::Tensor>& styles);

/// The network in an ONNX file that makes numbers of a painting.
/// \throws Error{Weights}
StyleGraph onnx_style_network(const std::filesystem::path& file);

}  // namespace styler
