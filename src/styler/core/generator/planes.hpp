#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "styler/core/generator/photo_norm.hpp"
#include "styler/core/kernels/buffer_pool.hpp"
#include "styler/core/kernels/cell_convolution.hpp"
#include "styler/core/kernels/cell_kernels.hpp"

namespace styler {

/// Of a photo and of a picture's gradient: three, and zeros.
inline constexpr int64_t kPixelChannels = 4;

/// What makes a sheet.
struct SheetMaker {
  BufferPool& pool;
  at::ScalarType dtype;
  const CellKernels& kernels;
};

/// \param planes  [N, 3, H, W], float32 on the CPU.
/// \param shift   is added to every value.
/// \return        Of kPixelChannels; its margins are not written.
Sheet sheet_of_planes(const at::Tensor& planes, const SheetMaker& maker, float shift, int64_t margin);

/// A normalised photo and what the network adds to it.
/// \param photos  [N, 3, H, W], float32 on the CPU.
/// \param change  float32, of kPixelChannels.
at::Tensor changed(const at::Tensor& photos, const PhotoNorm& norm, const Sheet& change);

}  // namespace styler
