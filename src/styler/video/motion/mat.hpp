#pragma once

#include <ATen/core/Tensor.h>

#include <opencv2/core.hpp>

namespace styler {

/// A channel of a [1, C, H, W] tensor, float32 on the CPU and contiguous, as OpenCV sees it: the memory is the
/// tensor's, and OpenCV may write into it.
cv::Mat mat_of(const at::Tensor& tensor, int64_t channel = 0);

/// A new [1, 1, H, W], float32.
at::Tensor tensor_of(const cv::Mat& mat);

/// Float32 on the CPU, contiguous.
at::Tensor on_processor(const at::Tensor& tensor);

/// Lightness for finding motion, 8 bits: Rec. 601's luma, as OpenCV's own conversion has it. Of what is grey and of 8
/// bits already a copy.
cv::Mat grey_of(const at::Tensor& picture);

}  // namespace styler
