#include "styler/video/motion/mat.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

#include <cstdint>

#include "styler/base/error.hpp"

namespace styler {

cv::Mat mat_of(const at::Tensor& tensor, int64_t channel) {
  STYLER_ASSERT(tensor.dim() == 4 && tensor.size(0) == 1 && channel < tensor.size(1));
  STYLER_ASSERT(tensor.is_cpu() && tensor.scalar_type() == at::kFloat && tensor.is_contiguous());
  const int64_t pixels = tensor.size(2) * tensor.size(3);
  return {static_cast<int>(tensor.size(2)), static_cast<int>(tensor.size(3)), CV_32FC1,
          tensor.data_ptr<float>() + channel * pixels};
}

at::Tensor tensor_of(const cv::Mat& mat) {
  const at::Tensor tensor = at::empty({1, 1, mat.rows, mat.cols}, at::kFloat);
  cv::Mat target = mat_of(tensor);
  mat.convertTo(target, CV_32F);
  return tensor;
}

at::Tensor on_processor(const at::Tensor& tensor) { return tensor.to(at::kCPU, at::kFloat).contiguous(); }

cv::Mat grey_of(const at::Tensor& picture) {
  if (picture.size(1) == 1 && picture.scalar_type() == at::kByte) {
    const at::Tensor grey = picture.contiguous();
    return cv::Mat(static_cast<int>(grey.size(2)), static_cast<int>(grey.size(3)), CV_8UC1, grey.data_ptr<uint8_t>())
        .clone();
  }
  const at::Tensor rgb = on_processor(picture);
  const cv::Mat luma = 0.299 * mat_of(rgb, 0) + 0.587 * mat_of(rgb, 1) + 0.114 * mat_of(rgb, 2);
  cv::Mat grey;
  luma.convertTo(grey, CV_8U, 255);
  return grey;
}

}  // namespace styler
