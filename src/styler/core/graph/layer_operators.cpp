#include <ATen/TensorOperators.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/reflection_pad2d.h>
#include <ATen/ops/replication_pad2d.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <ATen/ops/var_mean.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/graph/operators.hpp"
#include "styler/core/storage/safetensors.hpp"

namespace styler {
namespace {

constexpr int64_t kMostMargin = 4096;
constexpr int64_t kMostStride = 16;
constexpr double kUsualEpsilon = 1e-5;

/// Of pictures alone: [N, C, H, W].
void needs_picture(const at::Tensor& input) {
  if (input.dim() != 4) reject("its input is " + shape_text(input.sizes()) + " but only [N, C, H, W] is understood");
}

std::vector<int64_t> two(const GraphCall& call, const char* name, int64_t most) {
  std::vector<int64_t> values = call.wholes(name, {1, 1});
  if (values.size() != 2 || std::ranges::any_of(values, [&](int64_t value) { return value < 1 || value > most; })) {
    reject(std::string("its ") + name + " are none that is understood");
  }
  return values;
}

struct Window {
  std::vector<int64_t> strides, dilations, before{0, 0}, after{0, 0};
  int64_t groups = 1;
};

/// Strides, margins and the like of a convolution over [H, W].
Window window_of(const GraphCall& call, const at::Tensor& weight) {
  if (weight.dim() != 4)
    reject("its weights are " + shape_text(weight.sizes()) + " but only [O, I, H, W] is understood");
  Window window{two(call, "strides", kMostStride), two(call, "dilations", kMostStride)};
  const std::vector<int64_t> kernel = call.wholes("kernel_shape", {weight.size(2), weight.size(3)});
  if (kernel != std::vector<int64_t>{weight.size(2), weight.size(3)}) {
    reject("its kernel_shape is " + shape_text(kernel) + " but its weights are " + shape_text(weight.sizes()));
  }
  window.groups = call.whole("group", 1);
  if (window.groups < 1 || window.groups > weight.size(0)) reject("its group is none that is understood");
  const std::string automatic = call.word("auto_pad", "NOTSET");
  const std::vector<int64_t> pads = call.wholes("pads", {0, 0, 0, 0});
  if (pads.size() != 4 || std::ranges::any_of(pads, [](int64_t pad) { return pad < 0 || pad > kMostMargin; })) {
    reject("its pads are " + shape_text(pads) + " but must be four numbers from 0 up");
  }
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    for (size_t axis = 0; axis < 2; ++axis) {
      const int64_t length = call.input(0).size(static_cast<int64_t>(axis) + 2), stride = window.strides[axis];
      const int64_t reach = (weight.size(static_cast<int64_t>(axis) + 2) - 1) * window.dilations[axis] + 1;
      const int64_t sum = std::max<int64_t>(((length + stride - 1) / stride - 1) * stride + reach - length, 0);
      window.before[axis] = automatic == "SAME_UPPER" ? sum / 2 : sum - sum / 2;
      window.after[axis] = sum - window.before[axis];
    }
  } else if (automatic == "NOTSET") {
    window.before = {pads[0], pads[1]};
    window.after = {pads[2], pads[3]};
  } else if (automatic != "VALID") {
    reject("its auto_pad is " + quoted_name(automatic) + ", which is not understood");
  }
  return window;
}

double products_at_each(const at::Tensor& weight) {
  return static_cast<double>(weight.numel()) / static_cast<double>(std::max<int64_t>(weight.size(0), 1));
}

at::Tensor convolved_call(GraphCall& call) {
  const at::Tensor& weight = call.input(1);
  needs_picture(call.input(0));
  const Window window = window_of(call, weight);
  std::vector<int64_t> shape = call.input(0).sizes().vec();
  std::vector<int64_t> padded = shape;
  shape[1] = weight.size(0);
  for (int64_t axis = 2; axis < 4; ++axis) {
    const auto i = static_cast<size_t>(axis - 2);
    padded[static_cast<size_t>(axis)] += window.before[i] + window.after[i];
    const int64_t reach = (weight.size(axis) - 1) * window.dilations[i] + 1;
    const int64_t length = padded[static_cast<size_t>(axis)];
    if (length < reach) reject("its input is " + shape_text(call.input(0).sizes()) + ", too small for its weights");
    shape[static_cast<size_t>(axis)] = (length - reach) / window.strides[i] + 1;
  }
  call.budget.claim(padded);
  call.budget.claim(shape);
  call.budget.claim_products(static_cast<double>(c10::multiply_integers(shape)) * products_at_each(weight));
  at::Tensor input = call.input(0);
  at::IntArrayRef margin = window.before;
  const std::vector<int64_t> none = {0, 0};
  if (window.before != window.after) {
    input = at::constant_pad_nd(input, {window.before[1], window.after[1], window.before[0], window.after[0]});
    margin = none;
  }
  return at::conv2d(input, weight, call.has_input(2) ? call.input(2) : at::Tensor(), window.strides, margin,
                    window.dilations, window.groups);
}

double convolution_sees(const GraphCall& call) {
  const at::Tensor& weight = call.input(1);
  const std::vector<int64_t> dilations = call.wholes("dilations", {1, 1});
  const int64_t rows = weight.size(2) / 2 * dilations[0], columns = weight.size(3) / 2 * dilations[1];
  return static_cast<double>(std::max(rows, columns));
}

at::Tensor transposed_convolution(GraphCall& call) {
  const at::Tensor& weight = call.input(1);
  needs_picture(call.input(0));
  const Window window = window_of(call, weight);
  const std::vector<int64_t> more = call.wholes("output_padding", {0, 0});
  if (more.size() != 2 || more[0] < 0 || more[1] < 0 || more[0] >= window.strides[0] || more[1] >= window.strides[1]) {
    reject("its output_padding is none that is understood");
  }
  if (call.word("auto_pad", "NOTSET") != "NOTSET") reject("its auto_pad is not understood");
  if (window.before != window.after) reject("its pads are not the same on both sides, which is not understood");
  std::vector<int64_t> shape = call.input(0).sizes().vec();
  shape[1] = weight.size(1) * window.groups;
  for (int64_t axis = 2; axis < 4; ++axis) {
    const auto i = static_cast<size_t>(axis - 2);
    int64_t& length = shape[static_cast<size_t>(axis)];
    length = (length - 1) * window.strides[i] - 2 * window.before[i] + (weight.size(axis) - 1) * window.dilations[i] +
             1 + more[i];
    if (length < 1) reject("its input is " + shape_text(call.input(0).sizes()) + ", too small for its pads");
  }
  call.budget.claim(shape);
  call.budget.claim_products(static_cast<double>(call.input(0).numel()) * products_at_each(weight));
  return at::conv_transpose2d(call.input(0), weight, call.has_input(2) ? call.input(2) : at::Tensor(), window.strides,
                              window.before, more, window.groups, window.dilations);
}

at::Tensor padded_call(GraphCall& call) {
  const at::Tensor& input = call.input(0);
  const std::vector<int64_t> pads = call.row(1, "pads");
  const auto rank = static_cast<size_t>(input.dim());
  if (call.has_input(3)) reject("it pads some axes alone, which is not understood");
  if (pads.size() != 2 * rank) {
    reject("it has " + std::to_string(pads.size()) + " pads but must have two for each of " + std::to_string(rank) +
           " axes");
  }
  std::vector<int64_t> shape = input.sizes().vec(), theirs;
  for (size_t axis = rank; axis-- > 0;) {
    const int64_t before = pads[axis], after = pads[axis + rank];
    if (before < 0 || after < 0 || before > kMostMargin || after > kMostMargin) {
      reject("a pad of it is " + std::to_string(before < 0 || before > kMostMargin ? before : after) +
             " but must be from 0 to " + std::to_string(kMostMargin));
    }
    shape[axis] += before + after;
    theirs.insert(theirs.end(), {before, after});
  }
  call.budget.claim(shape);
  const std::string mode = call.word("mode", "constant");
  if (mode == "constant") {
    const double value = call.has_input(2) ? call.input(2).item<double>() : call.number("value", 0);
    return at::constant_pad_nd(input, theirs, value);
  }
  needs_picture(input);
  const auto is_padded = [&](size_t axis) { return pads[axis] != 0 || pads[axis + rank] != 0; };
  // Where channels lie last, height is the axis before.
  const bool is_channels_last = is_padded(1) || !is_padded(3);
  const size_t height = is_channels_last ? 1 : 2;
  if (is_padded(0) || is_padded(is_channels_last ? 3 : 1)) {
    reject("it mirrors other axes than the picture's, which is not understood");
  }
  const std::vector<int64_t> around = {pads[height + 1], pads[height + 1 + rank], pads[height], pads[height + rank]};
  const at::Tensor picture = is_channels_last ? input.permute({0, 3, 1, 2}) : input;
  at::Tensor result;
  if (mode == "reflect") result = at::reflection_pad2d(picture, around);
  if (mode == "edge") result = at::replication_pad2d(picture, around);
  if (result.defined()) return is_channels_last ? result.permute({0, 2, 3, 1}) : result;
  reject("its mode is " + quoted_name(mode) + ", which is not understood");
}

/// By what whole number the last two axes grow.
std::vector<int64_t> growth_of(const GraphCall& call, const at::Tensor& input) {
  std::vector<double> factors;
  if (call.has_input(3) && call.input(3).numel() > 0) {
    const std::vector<int64_t> sizes = call.row(3, "");
    if (sizes.size() != static_cast<size_t>(input.dim())) reject("its sizes are not one for each axis");
    for (size_t axis = 0; axis < sizes.size(); ++axis) {
      factors.push_back(static_cast<double>(sizes[axis]) / static_cast<double>(input.size(static_cast<int64_t>(axis))));
    }
  } else {
    const size_t place = call.node.operation == "Resize" && call.opset >= 11 ? 2 : 1;
    at::Tensor scales;
    if (call.has_input(place)) {
      scales = call.input(place);
    } else {
      const auto found = call.node.attributes.find("scales");
      if (found == call.node.attributes.end()) reject("it has no scales");
      for (const float scale : found->second.numbers) factors.push_back(scale);
    }
    if (scales.defined()) {
      if (scales.numel() > 4) reject("its scales are not one for each axis");
      for (int64_t i = 0; i < scales.numel(); ++i) factors.push_back(scales.reshape({-1})[i].item<double>());
    }
  }
  if (factors.size() != 4) reject("its scales are not one for each of four axes");
  for (size_t axis = 0; axis < 4; ++axis) {
    const bool is_whole =
        factors[axis] == std::round(factors[axis]) && factors[axis] >= 1 && factors[axis] <= kMostStride;
    if (!is_whole || (axis < 2 && factors[axis] != 1)) {
      reject("it enlarges axis " + std::to_string(axis) + " by " + std::to_string(factors[axis]) +
             " but only whole numbers are understood, of height and width");
    }
  }
  return {static_cast<int64_t>(factors[2]), static_cast<int64_t>(factors[3])};
}

at::Tensor enlarged_call(GraphCall& call) {
  const at::Tensor& input = call.input(0);
  needs_picture(input);
  const std::vector<int64_t> growth = growth_of(call, input);
  const std::vector<int64_t> size = {input.size(2) * growth[0], input.size(3) * growth[1]};
  call.budget.claim({input.size(0), input.size(1), size[0], size[1]});
  if (growth == std::vector<int64_t>{1, 1}) return input;
  const bool is_old = call.node.operation == "Upsample" || call.opset < 11;
  const std::string mode = call.word("mode", "nearest");
  const std::string place = call.word("coordinate_transformation_mode", is_old ? "asymmetric" : "half_pixel");
  const bool is_half_pixel = place == "half_pixel" || place == "pytorch_half_pixel";
  if (mode == "nearest") {
    // By whole numbers these are the same: position / factor, rounded down.
    const std::string rounding = call.word("nearest_mode", is_old ? "floor" : "round_prefer_floor");
    const bool is_by_two = std::max(growth[0], growth[1]) <= 2;
    const bool is_floor =
        (place == "asymmetric" && (rounding == "floor" || (rounding == "round_prefer_floor" && is_by_two))) ||
        (is_half_pixel && rounding.starts_with("round_prefer_"));
    if (is_floor) return at::upsample_nearest2d(input, size);
    reject("its nearest_mode " + quoted_name(rounding) + " with " + quoted_name(place) + " is not understood");
  }
  if (mode == "linear" && (is_half_pixel || place == "align_corners")) {
    return at::upsample_bilinear2d(input, size, place == "align_corners");
  }
  reject("its mode " + quoted_name(mode) + " with " + quoted_name(place) + " is not understood");
}

double one_position(const GraphCall& /*call*/) { return 1; }

/// The mean over height and width, of each picture or of all together: [N or 1, C, 1, 1].
at::Tensor picture_mean(GraphCall& call) {
  needs_picture(call.input(0));
  GraphNorms& norms = call.norms;
  if (call.sees_picture && norms.given != nullptr) {
    if (norms.next >= norms.given->means.size()) reject("it has no statistics");
    return norms.given->means[norms.next++];
  }
  if (!call.sees_picture || norms.found == nullptr) return call.input(0).mean({2, 3}, /*keepdim=*/true);
  const at::Tensor mean = call.input(0).mean({0, 2, 3}, /*keepdim=*/true);
  norms.found->means.push_back(mean);
  norms.found->variances.push_back(mean * 0);
  return mean;
}

at::Tensor reduced_mean(GraphCall& call) {
  const at::Tensor& input = call.input(0);
  std::vector<int64_t> axes = call.row(1, "axes");
  for (int64_t& axis : axes) axis += axis < 0 ? input.dim() : 0;
  std::ranges::sort(axes);
  const bool keeps = call.whole("keepdims", 1) != 0;
  if (call.whole("noop_with_empty_axes", 0) != 0) reject("its noop_with_empty_axes is not understood");
  if (call.sees_picture && input.dim() == 4 && axes == std::vector<int64_t>{2, 3}) {
    const at::Tensor mean = picture_mean(call);
    return keeps ? mean : mean.squeeze(3).squeeze(2);
  }
  if (call.sees_picture && axes != std::vector<int64_t>{1}) {
    reject("it takes a mean over other axes of the picture than height and width, or channels");
  }
  return axes.empty() ? input.mean() : input.mean(axes, keeps);
}

at::Tensor instance_normalised(GraphCall& call) {
  const at::Tensor& input = call.input(0);
  needs_picture(input);
  if (call.input(1).numel() != input.size(1) || call.input(2).numel() != input.size(1)) {
    reject("it has not one number for each channel");
  }
  const double epsilon = call.number("epsilon", kUsualEpsilon);
  GraphNorms& norms = call.norms;
  at::Tensor mean, variance;
  if (norms.given != nullptr) {
    if (norms.next >= norms.given->means.size()) reject("it has no statistics");
    mean = norms.given->means[norms.next];
    variance = norms.given->variances[norms.next++];
  } else {
    const std::vector<int64_t> axes =
        norms.found != nullptr ? std::vector<int64_t>{0, 2, 3} : std::vector<int64_t>{2, 3};
    std::tie(variance, mean) = at::var_mean(input, at::IntArrayRef(axes), /*unbiased=*/false, /*keepdim=*/true);
    if (norms.found != nullptr) {
      norms.found->means.push_back(mean);
      norms.found->variances.push_back(variance);
    }
  }
  const at::Tensor factor = call.input(1).view({1, -1, 1, 1}) * (variance + epsilon).rsqrt();
  return input * factor + (call.input(2).view({1, -1, 1, 1}) - mean * factor);
}

at::Tensor batch_normalised(GraphCall& call) {
  if (call.whole("training_mode", 0) != 0) reject("its training_mode is not understood");
  if (call.node.outputs.size() > 1) reject("it gives more than one output, which is not understood");
  return at::batch_norm(call.input(0), call.input(1), call.input(2), call.input(3), call.input(4), /*training=*/false,
                        /*momentum=*/0, call.number("epsilon", kUsualEpsilon), /*cudnn_enabled=*/true);
}

at::Tensor leaky(GraphCall& call) {
  constexpr double kUsualSlope = 0.01;
  return at::leaky_relu(call.input(0), call.number("alpha", kUsualSlope));
}

at::Tensor clipped(GraphCall& call) {
  at::Tensor result = call.input(0);
  const auto bound = [&](size_t place, const char* name) -> std::optional<double> {
    if (call.has_input(place)) return call.input(place).item<double>();
    if (!call.node.attributes.contains(name)) return std::nullopt;
    return call.number(name, 0);
  };
  if (const auto least = bound(1, "min")) result = result.clamp_min(*least);
  if (const auto most = bound(2, "max")) result = result.clamp_max(*most);
  return result;
}

/// As the constants of quantised networks are multiplied: one for all, or one for each place along an axis.
at::Tensor along_axis(const GraphCall& call, const at::Tensor& values) {
  const at::Tensor& input = call.input(0);
  if (values.numel() == 1) return values.reshape({});
  int64_t axis = call.whole("axis", 1);
  axis += axis < 0 ? input.dim() : 0;
  if (axis < 0 || axis >= input.dim() || values.dim() != 1 || values.numel() != input.size(axis)) {
    reject("its axis is none that is understood");
  }
  std::vector<int64_t> shape(static_cast<size_t>(input.dim()), 1);
  shape[static_cast<size_t>(axis)] = values.numel();
  return values.view(shape);
}

at::Tensor quantised(GraphCall& call) {
  const bool is_signed = call.has_input(2) && call.input(2).scalar_type() == at::kChar;
  if (call.has_input(2) && !is_signed && call.input(2).scalar_type() != at::kByte) {
    reject("it makes other numbers than those of 8 bits, which is not understood");
  }
  at::Tensor result = (call.input(0) / along_axis(call, call.input(1))).round_();
  if (call.has_input(2)) result = result + along_axis(call, call.input(2)).to(at::kFloat);
  return result.clamp_(is_signed ? -128 : 0, is_signed ? 127 : 255).to(is_signed ? at::kChar : at::kByte);
}

at::Tensor dequantised(GraphCall& call) {
  at::Tensor result = call.input(0).to(at::kFloat);
  if (call.has_input(2)) result = result - along_axis(call, call.input(2)).to(at::kFloat);
  return result * along_axis(call, call.input(1));
}

}  // namespace

std::vector<GraphOperator> layer_operators() {
  const std::vector<const char*> convolution = {"auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"};
  std::vector<const char*> transposed = convolution;
  transposed.push_back("output_padding");
  const std::vector<const char*> resize = {"coordinate_transformation_mode",
                                           "cubic_coeff_a",
                                           "exclude_outside",
                                           "extrapolation_value",
                                           "mode",
                                           "nearest_mode",
                                           "antialias"};
  return {
      {"Conv", 2, 3, convolution, convolved_call, convolution_sees},
      {"ConvTranspose", 2, 3, transposed, transposed_convolution, convolution_sees},
      {"Pad", 1, 4, {"mode", "pads", "value"}, padded_call},
      {"Resize", 1, 4, resize, enlarged_call, one_position},
      {"Upsample", 1, 2, {"mode", "scales"}, enlarged_call, one_position},
      {"GlobalAveragePool", 1, 1, {}, picture_mean},
      {"ReduceMean", 1, 2, {"axes", "keepdims", "noop_with_empty_axes"}, reduced_mean},
      {"InstanceNormalization", 3, 3, {"epsilon"}, instance_normalised},
      {"BatchNormalization", 5, 5, {"epsilon", "momentum", "training_mode", "spatial"}, batch_normalised},
      {"Relu", 1, 1, {}, [](GraphCall& call) { return call.input(0).relu(); }},
      {"LeakyRelu", 1, 1, {"alpha"}, leaky},
      {"Sigmoid", 1, 1, {}, [](GraphCall& call) { return call.input(0).sigmoid(); }},
      {"Tanh", 1, 1, {}, [](GraphCall& call) { return call.input(0).tanh(); }},
      {"Clip", 1, 3, {"min", "max"}, clipped},
      {"QuantizeLinear", 2, 3, {"axis"}, quantised},
      {"DequantizeLinear", 2, 3, {"axis"}, dequantised},
  };
}

}  // namespace styler
