#include "styler/core/graph/picture_graph.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/storage/safetensors.hpp"

namespace styler {
namespace {

/// Of the photo that is painted to see whether it can be; not square, so that edges can't be mistaken for each other.
constexpr int64_t kTrialHeight = 32, kTrialWidth = 48;
/// The largest that divides both, and the part that pictures are painted in.
constexpr int64_t kMostUnit = 16;
constexpr int64_t kMostReach = 256;
constexpr int64_t kMostStyleNumbers = 4096;
constexpr double kWhite255 = 255;

/// Where height is in a picture of this shape; none of a shape that is no picture's.
std::optional<int64_t> height_axis_of(const std::vector<int64_t>& shape) {
  if (shape.size() != 4) return std::nullopt;
  if (shape[1] == 3) return 2;
  if (shape[3] == 3) return 1;
  return std::nullopt;
}

at::Tensor laid_out(const at::Tensor& photos, int64_t height_axis) {
  return height_axis == 2 ? photos : photos.permute({0, 2, 3, 1});
}

}  // namespace

PictureGraph::PictureGraph(std::string bytes)
    : bytes_(std::move(bytes)), program_(std::make_shared<GraphProgram>(bytes_)) {
  find_inputs();
  find_colours();
  GraphNorms norms;
  GraphReach seen;
  const at::Tensor grey = at::full({1, 3, kTrialHeight, kTrialWidth}, 0.5, at::kFloat);
  painted(grey, at::zeros({style_numbers_}, at::kFloat), norms, &seen);
  unit_ = std::llround(seen.coarsest);
  if (kMostUnit % unit_ != 0) {
    reject("it makes a photo smaller by " + std::to_string(unit_) + " but only 1, 2, 4, 8 and 16 are understood");
  }
  reach_ = static_cast<int64_t>(std::ceil(seen.reach / static_cast<double>(unit_))) * unit_;
  if (reach_ > kMostReach) {
    reject("it sees " + std::to_string(reach_) + " pixels far, but " + std::to_string(kMostReach) + " is the most");
  }
}

void PictureGraph::find_inputs() {
  for (const OnnxValue& input : program_->inputs()) {
    if (!input.is_float) reject("its input " + quoted_name(input.name) + " is not of float32 numbers");
    if (const auto axis = height_axis_of(input.shape); axis && photo_.name.empty()) {
      photo_ = {input.name, *axis};
      continue;
    }
    if (!style_.empty()) reject("it takes " + quoted_name(input.name) + " beside a photo and numbers of a style");
    style_ = input.name;
    style_shape_ = input.shape;
    style_numbers_ = 1;
    for (int64_t& edge : style_shape_) {
      if (edge < 0 || edge > kMostStyleNumbers) edge = 0;
      if (edge == 0 && &edge == style_shape_.data()) edge = 1;  // of a batch
      style_numbers_ *= edge;
      if (style_numbers_ == 0 || style_numbers_ > kMostStyleNumbers) {
        reject("its input " + quoted_name(input.name) + " is " + shape_text(input.shape) + " but must have from 1 to " +
               std::to_string(kMostStyleNumbers) + " numbers of a style");
      }
    }
    knows_its_styles_ = style_shape_.size() <= 2;
  }
  if (photo_.name.empty()) reject("it takes no photo, [N, 3, H, W] or [N, H, W, 3]");
}

void PictureGraph::find_colours() {
  const OnnxNode* const last = program_->last_node();
  if (last == nullptr) reject("its output is not computed");
  white_ = kWhite255;
  if (last->operation == "Sigmoid") white_ = 1;
  if (last->operation == "Tanh") {
    black_ = -1;
    white_ = 1;
  }
  if (last->operation == "Clip") {
    const auto told = last->attributes.find("max");
    double most = told == last->attributes.end() ? 0 : told->second.number.value_or(0);
    if (last->inputs.size() > 2) {
      const at::Tensor bound = program_->constant(last->inputs[2]);
      if (bound.defined() && bound.numel() == 1) most = bound.item<double>();
    }
    if (most == 1) white_ = 1;
  }
}

at::Tensor PictureGraph::painted(const at::Tensor& photos, const at::Tensor& style, GraphNorms& norms,
                                 GraphReach* reach) const {
  std::map<std::string, at::Tensor> inputs;
  const at::Tensor values = black_ == 0 && white_ == 1 ? photos : photos * (white_ - black_) + black_;
  inputs[photo_.name] = laid_out(values, photo_.height_axis);
  if (!style_.empty()) inputs[style_] = style.reshape(style_shape_);
  at::Tensor picture = program_->compute(inputs, photo_, norms, reach);
  if (picture.dim() == 4 && picture.size(1) != 3 && picture.size(3) == 3) picture = picture.permute({0, 3, 1, 2});
  if (picture.sizes() != photos.sizes() || !picture.is_floating_point()) {
    reject("its picture of a photo of " + shape_text(photos.sizes()) + " is " + shape_text(picture.sizes()) +
           " but must be as large");
  }
  if (black_ != 0 || white_ != 1) picture = (picture - black_) / (white_ - black_);
  return picture.clamp(0, 1).contiguous();
}

at::Tensor PictureGraph::run(const at::Tensor& photos, const at::Tensor& style, GraphNorms norms) const {
  return painted(photos, style, norms, nullptr);
}

PictureGraph PictureGraph::on(at::Device device) const {
  PictureGraph result = *this;
  result.program_ = std::make_shared<GraphProgram>(program_->on(device));
  return result;
}

StyleGraph::StyleGraph(std::string_view bytes) : program_(bytes) {
  if (program_.inputs().size() != 1) reject("it takes more than a painting");
  const OnnxValue& input = program_.inputs().front();
  const auto axis = height_axis_of(input.shape);
  if (!axis || !input.is_float) reject("it takes no painting, [N, 3, H, W] or [N, H, W, 3] of float32 numbers");
  painting_ = {input.name, *axis};
  constexpr int64_t kUsualEdge = 256, kMostEdge = 4096;
  const auto edge = [&](int64_t place) {
    const int64_t told = input.shape[static_cast<size_t>(place)];
    return told <= 0 || told > kMostEdge ? kUsualEdge : told;
  };
  height_ = edge(*axis);
  width_ = edge(*axis + 1);
}

at::Tensor StyleGraph::numbers_of(const at::Tensor& painting) const {
  const Size size = picture_size(painting);
  const double scale = std::min(static_cast<double>(size.height) / static_cast<double>(height_),
                                static_cast<double>(size.width) / static_cast<double>(width_));
  const auto part = [&](int64_t edge, int64_t whole) {
    return std::clamp<int64_t>(std::llround(static_cast<double>(edge) * scale), 1, whole);
  };
  const Size taken = {part(height_, size.height), part(width_, size.width)};
  const at::Tensor middle = painting.narrow(2, (size.height - taken.height) / 2, taken.height)
                                .narrow(3, (size.width - taken.width) / 2, taken.width);
  const at::Tensor seen = resized(middle, {height_, width_});
  GraphNorms norms;
  return program_.compute({{painting_.name, laid_out(seen, painting_.height_axis)}}, painting_, norms)
      .reshape({-1})
      .to(at::kFloat);
}

}  // namespace styler
