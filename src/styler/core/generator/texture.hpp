#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "styler/base/size.hpp"
#include "styler/core/generator/generator.hpp"
#include "styler/core/generator/paint.hpp"

namespace styler {

/// The picture that a generator makes of noise: another with each seed.
struct TextureShape {
  Size size;
  uint64_t seed = 0;
  /// Whether it fits beside itself on every side. Then its edges are multiples of Generator::kUnit.
  bool tileable = false;
};

/// Paints it in parts, as paint() does.
/// \param generator  one that learnt from noise_layers().
/// \return           [1, 3, H, W] in [0, 1], on the CPU; undefined when `progress` stopped it.
at::Tensor paint_texture(const Generator& generator, const TextureShape& shape, const PaintOptions& options = {},
                         const PaintProgress& progress = {});

/// How much a picture's large forms differ from one place to others: the mean square of what lies between the mean
/// colours of a cell of 16 px and of the one half a picture away, both ways.
/// \param picture  [1, 3, H, W], edges of 32 px at least; what is beyond a multiple of these is not looked at.
double variety_of(const at::Tensor& picture);

/// The gradient of variety_of()'s logarithm with respect to the picture.
at::Tensor log_variety_gradient(const at::Tensor& picture);

/// The shortest edge of which variety_of() can be told.
inline constexpr int64_t kLeastVarietyEdge = 32;

}  // namespace styler
