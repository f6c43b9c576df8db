#pragma once

#include <filesystem>

#include "styler/core/generator/generator.hpp"
#include "styler/weights/foreign/foreign_file.hpp"

namespace styler {

/// A generator of pytorch/examples (fast_neural_style): that of Johnson et al. 2016 with enlargement and convolution in
/// place of transposed convolutions. Its numbers are for photos from 0 to 255; here they are made ones from 0 to 1.
/// What instance norms take away again, biases before them, is left out, and so are the averages that older releases
/// hold and nobody reads.
/// \param file  for messages.
/// \throws Error{Weights} that names the first tensor that is missing, of another shape, or none of such a generator.
Generator johnson_generator(const ForeignTensors& tensors, const std::filesystem::path& file);

}  // namespace styler
