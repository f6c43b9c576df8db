#include "styler/core/generator/planes.hpp"

#include <ATen/ops/empty.h>

#include <array>
#include <cstddef>

namespace styler {

Sheet sheet_of_planes(const at::Tensor& planes, const SheetMaker& maker, float shift, int64_t margin) {
  const at::Tensor rows = planes.stride(3) == 1 ? planes : planes.contiguous();
  const Sheet result = make_sheet(maker.pool, maker.dtype, rows.size(0), kPixelChannels, rows.sizes().slice(2), margin);
  for_each_row(result, [&](int64_t picture, int64_t y) {
    const float* const from = rows.data_ptr<float>() + picture * rows.stride(0) + y * rows.stride(2);
    const std::array<const float*, 3> channels = {from, from + rows.stride(1), from + 2 * rows.stride(1)};
    maker.kernels.interleave(channels.data(), result.width, shift, result.row(picture, y));
  });
  return result;
}

at::Tensor changed(const at::Tensor& photos, const PhotoNorm& norm, const Sheet& change) {
  const at::Tensor rows = photos.stride(3) == 1 ? photos : photos.contiguous();
  at::Tensor result = at::empty(photos.sizes(), at::kFloat);
  for_each_row(change, [&](int64_t picture, int64_t y) {
    const float* const change_row = static_cast<const float*>(change.row(picture, y));
    for (int64_t c = 0; c < 3; ++c) {
      const float* const from =
          rows.data_ptr<float>() + picture * rows.stride(0) + c * rows.stride(1) + y * rows.stride(2);
      float* const to = result.data_ptr<float>() + ((picture * 3 + c) * change.height + y) * change.width;
      const float factor = norm.factor.at(static_cast<size_t>(c)), offset = norm.offset.at(static_cast<size_t>(c));
      for (int64_t x = 0; x < change.width; ++x) {
        to[x] = from[x] * factor + offset + change_row[x * kPixelChannels + c];
      }
    }
  });
  return result;
}

}  // namespace styler
