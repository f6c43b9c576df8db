#include "styler/core/generator/texture.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/roll.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>

#include "styler/base/error.hpp"
#include "styler/core/picture/noise_layers.hpp"

namespace styler {
namespace {

constexpr int64_t kCell = kLeastVarietyEdge / 2;
/// Below which a picture is of one colour, and would have a gradient without end.
constexpr double kLeastVariety = 1e-6;

/// The middle of an edge, as many cells as can be halved.
int64_t in_cells(int64_t edge) { return edge / kLeastVarietyEdge * kLeastVarietyEdge; }

/// Each cell's mean colour, less that of the cell half a picture away.
at::Tensor cell_differences(const at::Tensor& picture) {
  const int64_t height = in_cells(picture.size(2)), width = in_cells(picture.size(3));
  STYLER_ASSERT(height > 0 && width > 0);
  const at::Tensor cells =
      at::avg_pool2d(picture.narrow(2, 0, height).narrow(3, 0, width), {kCell, kCell}, {kCell, kCell});
  return cells - at::roll(cells, {cells.size(2) / 2, cells.size(3) / 2}, {2, 3});
}

}  // namespace

at::Tensor paint_texture(const Generator& generator, const TextureShape& shape, const PaintOptions& options,
                         const PaintProgress& progress) {
  const at::Tensor noise = noise_layers(shape.size, shape.seed);
  if (!shape.tileable) return paint(generator, noise, options, progress);
  STYLER_ASSERT(shape.size.height % Generator::kUnit == 0 && shape.size.width % Generator::kUnit == 0);
  // Beyond an edge it sees the other one, as far as it sees at all; what is mirrored beyond that is cut away.
  const int64_t margin = generator.reach();
  const at::Tensor painted = paint(generator, wrapped(noise, margin), options, progress);
  if (!painted.defined()) return {};
  return painted.narrow(2, margin, shape.size.height).narrow(3, margin, shape.size.width).contiguous();
}

double variety_of(const at::Tensor& picture) { return cell_differences(picture).square().mean().item<double>(); }

at::Tensor log_variety_gradient(const at::Tensor& picture) {
  const at::Tensor difference = cell_differences(picture);
  const double variety = std::max(kLeastVariety, difference.square().mean().item<double>());
  // Each cell is in two of the differences, and a pixel is so much of its cell's mean.
  const double factor = 4 / (static_cast<double>(difference.numel() * kCell * kCell) * variety);
  at::Tensor result = at::zeros_like(picture);
  const int64_t height = in_cells(picture.size(2)), width = in_cells(picture.size(3));
  result.narrow(2, 0, height).narrow(3, 0, width).copy_(at::upsample_nearest2d(difference * factor, {height, width}));
  return result;
}

}  // namespace styler
