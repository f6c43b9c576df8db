#include "styler/core/metrics/networks/judged_input.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include <array>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/metrics/networks/efficientnet_lite0.hpp"
#include "styler/core/metrics/networks/inception.hpp"
#include "styler/core/network/network_file.hpp"

namespace styler {
namespace {

constexpr double kWhiteByte = 255;

at::Tensor in_steps_of_a_byte(const at::Tensor& picture) {
  STYLER_ASSERT(picture.dim() == 4 && picture.size(0) == 1 && picture.size(1) == 3);
  return (picture.to(at::kFloat) * kWhiteByte).round().clamp(0, kWhiteByte);
}

/// Pillow's bicubic filter, which widens when it shrinks; each channel in floating point, as clean-fid has it. Pillow
/// weighs in float64.
at::Tensor with_pillows_bicubic(const at::Tensor& bytes, int64_t edge) {
  if (bytes.size(2) == edge && bytes.size(3) == edge) return bytes;
  return at::_upsample_bicubic2d_aa(bytes.to(at::kDouble).contiguous(), {edge, edge}, /*align_corners=*/false)
      .clamp(0, kWhiteByte)
      .to(at::kFloat);
}

/// TensorFlow 1's bilinear resizing along one edge: position i stands at i times the ratio of the edges, without half
/// pixels, and what lies between two values is mixed of them however far the next position is.
at::Tensor along_as_in_tensorflow(const at::Tensor& x, int64_t dimension, int64_t edge) {
  const int64_t from = x.size(dimension);
  const auto ratio = static_cast<float>(static_cast<double>(from) / static_cast<double>(edge));
  const at::Tensor position = at::arange(edge, at::kFloat) * ratio;
  const at::Tensor low = position.to(at::kLong);
  const at::Tensor high = (low + 1).clamp_max(from - 1);
  std::vector<int64_t> shape(static_cast<size_t>(x.dim()), 1);
  shape[static_cast<size_t>(dimension)] = edge;
  const at::Tensor share = (position - low.to(at::kFloat)).view(shape);
  const at::Tensor begin = x.index_select(dimension, low);
  return begin + (x.index_select(dimension, high) - begin) * share;
}

}  // namespace

at::Tensor inception_input(const at::Tensor& picture, InceptionResize resize) {
  constexpr int64_t kEdge = Inception::kEdge;
  const at::Tensor bytes = in_steps_of_a_byte(picture);
  switch (resize) {
    case InceptionResize::PytorchFid:
      return at::upsample_bilinear2d(bytes / kWhiteByte, {kEdge, kEdge}, /*align_corners=*/false) * 2 - 1;
    case InceptionResize::CleanFid:
      return (with_pillows_bicubic(bytes, kEdge) - 128) / 128;
    case InceptionResize::TorchFidelity:
      break;
  }
  return (along_as_in_tensorflow(along_as_in_tensorflow(bytes, 3, kEdge), 2, kEdge) - 128) / 128;
}

at::Tensor lite0_input(const at::Tensor& picture) {
  const InputConvention convention = InputConvention::torchvision();
  const auto of_channels = [](const std::array<double, 3>& values) {
    return at::tensor(at::ArrayRef<double>(values), at::kFloat).view({1, 3, 1, 1});
  };
  const at::Tensor small = with_pillows_bicubic(in_steps_of_a_byte(picture), EfficientNetLite0::kEdge) / kWhiteByte;
  return (small - of_channels(convention.mean)) / of_channels(convention.stddev);
}

}  // namespace styler
