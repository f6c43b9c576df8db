#include "styler/video/motion/flow.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/stack.h>

#include <algorithm>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/video/motion/mat.hpp"

namespace styler {
namespace {

/// Below it OpenCV's pyramids have no level.
constexpr int kLeastEdge = 64;

// Of Ruder et al.'s consistency check.
constexpr float kDisagreement = 0.01F;
constexpr float kDisagreementPixels = 0.5F;
constexpr float kEdge = 0.01F;
/// They have 0.002, for DeepFlow. The noise of inverse search in still parts is more than that: 7 % of nearly still
/// films would count as edges, and flicker. This leaves 1 %, and the error of what remains is no larger.
constexpr float kEdgePixels = 0.03F;
/// In pixels, of the margin.
constexpr double kMargin = 0.8;

cv::Mat enlarged(const cv::Mat& grey) {
  const int down = std::max(0, kLeastEdge - grey.rows), right = std::max(0, kLeastEdge - grey.cols);
  cv::Mat result;
  cv::copyMakeBorder(grey, result, 0, down, 0, right, cv::BORDER_REPLICATE);
  return result;
}

cv::Mat two_channel_flow(const cv::Mat& from, const cv::Mat& to, FlowMethod method) {
  cv::Mat flow;
  if (method == FlowMethod::Polynomials) {
    cv::calcOpticalFlowFarneback(from, to, flow, 0.5, 5, 21, 5, 7, 1.5, 0);
    return flow;
  }
  const auto search = cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM);
  search->setFinestScale(method == FlowMethod::QuickSearch ? 1 : 0);
  search->calc(from, to, flow);
  return flow;
}

float squared(float value) { return value * value; }

/// |∇u|² + |∇v|² at a pixel.
float edge_of(const cv::Mat& u, const cv::Mat& v, int y, int x) {
  const auto steps = [&](const cv::Mat& part) {
    const int left = std::max(x - 1, 0), right = std::min(x + 1, part.cols - 1);
    const int up = std::max(y - 1, 0), down = std::min(y + 1, part.rows - 1);
    return squared((part.at<float>(y, right) - part.at<float>(y, left)) / 2) +
           squared((part.at<float>(down, x) - part.at<float>(up, x)) / 2);
  };
  return steps(u) + steps(v);
}

/// Grey values from −1 to 1, smoothed, of which what is above 0 counts: so what is not reliable grows outwards.
at::Tensor with_margin(const cv::Mat& mask) {
  cv::Mat smooth;
  cv::GaussianBlur(mask, smooth, {}, kMargin, kMargin, cv::BORDER_REPLICATE);
  return tensor_of(smooth).clamp_(0, 1);
}

/// Where the flow leads from each pixel.
struct Places {
  explicit Places(const Flow& flow) : x(mat_of(flow, 0).clone()), y(mat_of(flow, 1).clone()) {
    for (int row = 0; row < x.rows; ++row) {
      for (int column = 0; column < x.cols; ++column) {
        x.at<float>(row, column) += static_cast<float>(column);
        y.at<float>(row, column) += static_cast<float>(row);
      }
    }
  }
  cv::Mat x, y;
};

cv::Mat remapped(const cv::Mat& picture, const Places& places, int interpolation) {
  cv::Mat result;
  cv::remap(picture, result, places.x, places.y, interpolation, cv::BORDER_REPLICATE);
  return result;
}

}  // namespace

at::Tensor grey_picture(const at::Tensor& picture) {
  const cv::Mat grey = grey_of(picture);
  const at::Tensor result = at::empty({1, 1, grey.rows, grey.cols}, at::kByte);
  grey.copyTo(cv::Mat(grey.size(), CV_8UC1, result.data_ptr<uint8_t>()));
  return result;
}

Flow flow_between(const at::Tensor& from, const at::Tensor& to, FlowMethod method) {
  STYLER_ASSERT(from.sizes() == to.sizes());
  cv::setNumThreads(1);
  const cv::Mat flow = two_channel_flow(enlarged(grey_of(from)), enlarged(grey_of(to)), method);
  const Flow result = at::empty({1, 2, from.size(2), from.size(3)}, at::kFloat);
  cv::Mat channels[] = {mat_of(result, 0), mat_of(result, 1)};
  cv::split(flow(cv::Rect(0, 0, channels[0].cols, channels[0].rows)), channels);
  return result;
}

Reliability reliability_of(const Flow& back, const Flow& forth) {
  STYLER_ASSERT(back.sizes() == forth.sizes());
  const cv::Mat u = mat_of(back, 0), v = mat_of(back, 1);
  const Places places(back);
  const cv::Mat u_there = remapped(mat_of(forth, 0), places, cv::INTER_LINEAR);
  const cv::Mat v_there = remapped(mat_of(forth, 1), places, cv::INTER_LINEAR);
  cv::Mat exact(u.size(), CV_32FC1), visible(u.size(), CV_32FC1);
  for (int y = 0; y < u.rows; ++y) {
    for (int x = 0; x < u.cols; ++x) {
      const float a = u.at<float>(y, x), b = v.at<float>(y, x);
      const float c = u_there.at<float>(y, x), d = v_there.at<float>(y, x);
      const float there_x = places.x.at<float>(y, x), there_y = places.y.at<float>(y, x);
      const float length = squared(a) + squared(b);
      const bool outside = there_x < 0 || there_y < 0 || there_x > static_cast<float>(u.cols - 1) ||
                           there_y > static_cast<float>(u.rows - 1);
      const bool hidden = outside || squared(a + c) + squared(b + d) >=
                                         kDisagreement * (length + squared(c) + squared(d)) + kDisagreementPixels;
      visible.at<float>(y, x) = hidden ? -1.F : 1.F;
      const bool is_edge = edge_of(u, v, y, x) > kEdge * length + kEdgePixels;
      exact.at<float>(y, x) = hidden ? -1.F : is_edge ? 0.F : 1.F;
    }
  }
  return {with_margin(exact), with_margin(visible)};
}

at::Tensor warped(const at::Tensor& picture, const Flow& flow) {
  const at::Tensor source = on_processor(picture);
  const Places places(flow);
  std::vector<at::Tensor> channels;
  channels.reserve(static_cast<size_t>(source.size(1)));
  for (int64_t channel = 0; channel < source.size(1); ++channel) {
    channels.push_back(tensor_of(remapped(mat_of(source, channel), places, cv::INTER_LANCZOS4)).squeeze(1));
  }
  return at::stack(channels, 1).clamp_(0, 1);
}

}  // namespace styler
