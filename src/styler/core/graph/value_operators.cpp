#include <ATen/ExpandUtils.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/graph/operators.hpp"
#include "styler/core/storage/safetensors.hpp"

namespace styler {
namespace {

int64_t axis_of(const at::Tensor& tensor, int64_t axis, int64_t more = 0) {
  const int64_t rank = tensor.dim() + more;
  if (axis < -rank || axis >= rank) reject("its axis is " + std::to_string(axis) + " of " + std::to_string(rank));
  return axis < 0 ? axis + rank : axis;
}

/// Checked, so that two rows of a million cannot make a table of both.
void claim_broadcast(GraphCall& call) {
  call.budget.claim(at::infer_size_dimvector(call.input(0).sizes(), call.input(1).sizes()));
}

/// What an operation makes of two tensors, number by number.
template <typename Operation>
at::Tensor paired(GraphCall& call) {
  claim_broadcast(call);
  return Operation()(call.input(0), call.input(1));
}

struct Power {
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& y) const { return x.pow(y); }
};

at::Tensor quotient(GraphCall& call) {
  claim_broadcast(call);
  const at::Tensor &x = call.input(0), &y = call.input(1);
  if (!at::isIntegralType(x.scalar_type(), true) || !at::isIntegralType(y.scalar_type(), true)) return x / y;
  if ((y < 1).any().item<bool>()) reject("it divides whole numbers by one below 1, which is not understood");
  return x.div(y, "trunc");
}

at::Tensor summed(GraphCall& call) {
  const at::Tensor& input = call.input(0);
  std::vector<int64_t> axes = call.row(1, "axes");
  if (call.whole("noop_with_empty_axes", 0) != 0) reject("its noop_with_empty_axes is not understood");
  for (int64_t& axis : axes) axis = axis_of(input, axis);
  if (call.sees_picture && axes != std::vector<int64_t>{1}) {
    reject("it takes a sum over other axes of the picture than channels, which is not understood");
  }
  return axes.empty() ? input.sum() : input.sum(axes, call.whole("keepdims", 1) != 0);
}

at::Tensor product_of_matrices(GraphCall& call) {
  const at::Tensor &x = call.input(0), &y = call.input(1);
  if (x.dim() != 2 || y.dim() != 2 || x.size(1) != y.size(0)) {
    reject("its inputs are " + shape_text(x.sizes()) + " and " + shape_text(y.sizes()) +
           " but only two matrices that fit are understood");
  }
  call.budget.claim({x.size(0), y.size(1)});
  call.budget.claim_products(static_cast<double>(x.numel()) * static_cast<double>(y.size(1)));
  return at::matmul(x, y);
}

at::Tensor reshaped(GraphCall& call) {
  const at::Tensor& input = call.input(0);
  if (call.whole("allowzero", 0) != 0) reject("its allowzero is not understood");
  std::vector<int64_t> shape = call.row(1, "shape");
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] == 0 && static_cast<int64_t>(axis) < input.dim())
      shape[axis] = input.size(static_cast<int64_t>(axis));
  }
  return input.reshape(shape);
}

at::Tensor turned(GraphCall& call) {
  std::vector<int64_t> order = call.wholes("perm", {});
  if (order.empty()) {
    for (int64_t axis = call.input(0).dim(); axis-- > 0;) order.push_back(axis);
  }
  return call.input(0).permute(order);
}

at::Tensor with_axes(GraphCall& call) {
  std::vector<int64_t> axes = call.row(1, "axes");
  constexpr size_t kMostAxes = 8;
  if (axes.size() > kMostAxes) reject("it adds more than " + std::to_string(kMostAxes) + " axes");
  at::Tensor result = call.input(0);
  for (int64_t& axis : axes) axis = axis_of(result, axis, static_cast<int64_t>(axes.size()));
  std::ranges::sort(axes);
  for (const int64_t axis : axes) result = result.unsqueeze(axis);
  return result;
}

at::Tensor without_axes(GraphCall& call) {
  std::vector<int64_t> axes = call.row(1, "axes");
  at::Tensor result = call.input(0);
  if (axes.empty()) return result.squeeze();
  for (int64_t& axis : axes) axis = axis_of(result, axis);
  std::ranges::sort(axes, std::greater<>());
  for (const int64_t axis : axes) {
    if (result.size(axis) != 1) reject("it takes an axis away that is longer than 1");
    result = result.squeeze(axis);
  }
  return result;
}

at::Tensor joined(GraphCall& call) {
  const int64_t axis = axis_of(call.input(0), call.whole("axis", 0));
  std::vector<int64_t> shape = call.input(0).sizes().vec();
  shape[static_cast<size_t>(axis)] = 0;
  for (const at::Tensor& input : call.inputs) {
    if (!input.defined() || input.dim() != call.input(0).dim()) reject("its inputs don't fit together");
    shape[static_cast<size_t>(axis)] += input.size(axis);
  }
  call.budget.claim(shape);
  return at::cat(call.inputs, axis);
}

at::Tensor sliced(GraphCall& call) {
  at::Tensor result = call.input(0);
  const std::vector<int64_t> first = call.row(1, "starts"), end = call.row(2, "ends"), steps = call.row(4, "steps");
  std::vector<int64_t> axes = call.row(3, "axes");
  if (axes.empty()) {
    for (size_t i = 0; i < first.size(); ++i) axes.push_back(static_cast<int64_t>(i));
  }
  if (first.size() != end.size() || axes.size() != first.size() || (!steps.empty() && steps.size() != first.size())) {
    reject("its starts, ends, axes and steps are not as many");
  }
  for (size_t i = 0; i < first.size(); ++i) {
    const int64_t axis = axis_of(result, axes[i]), length = result.size(axis), step = steps.empty() ? 1 : steps[i];
    const auto place = [&](int64_t value, int64_t least, int64_t most) {
      return std::clamp(value < 0 ? std::max(value, -length - 1) + length : value, least, most);
    };
    if (step > 0) {
      const int64_t from = place(first[i], 0, length);
      result = result.slice(axis, from, std::max(from, place(end[i], 0, length)), step);
    } else if (step == -1) {
      const int64_t from = place(first[i], -1, length - 1), to = place(end[i], -1, length - 1);
      result = result.slice(axis, std::min(to, from) + 1, from + 1).flip(axis);
    } else {
      reject("its steps are " + std::to_string(step) + ", which is not understood");
    }
  }
  return result;
}

at::Tensor gathered(GraphCall& call) {
  const at::Tensor& input = call.input(0);
  const at::Tensor& places = call.input(1);
  const int64_t axis = axis_of(input, call.whole("axis", 0));
  if (places.dim() > 1 || !at::isIntegralType(places.scalar_type(), false)) {
    reject("it takes places by a table, which is not understood");
  }
  const at::Tensor row = places.to(at::kLong).reshape({-1});
  const int64_t length = input.size(axis);
  if ((row < -length).any().item<bool>() || (row >= length).any().item<bool>()) reject("it takes what is not there");
  std::vector<int64_t> shape = input.sizes().vec();
  shape[static_cast<size_t>(axis)] = row.numel();
  call.budget.claim(shape);
  const at::Tensor found = input.index_select(axis, row.remainder(length).to(input.device()));
  return places.dim() == 0 ? found.squeeze(axis) : found;
}

at::Tensor shape_of(GraphCall& call) {
  if (call.node.attributes.contains("start") || call.node.attributes.contains("end")) {
    reject("it tells a part of the shape, which is not understood");
  }
  return at::tensor(call.input(0).sizes().vec(), at::kLong);
}

at::Tensor cast(GraphCall& call) {
  switch (call.whole("to", 0)) {
    case 1:
    case 10:
    case 11:
      return call.input(0).to(at::kFloat);
    case 6:
    case 7:
      return call.input(0).to(at::kCPU, at::kLong);
    case 9:
      return call.input(0).to(at::kBool);
    default:
      reject("it makes numbers of a kind that is not understood, number " + std::to_string(call.whole("to", 0)) +
             " of ONNX's");
  }
}

at::Tensor constant(GraphCall& call) {
  const auto& attributes = call.node.attributes;
  if (attributes.size() != 1) reject("it has " + std::to_string(attributes.size()) + " values but must have one");
  const OnnxAttribute& attribute = attributes.begin()->second;
  if (attribute.tensor) return *attribute.tensor;
  if (attribute.whole) return at::scalar_tensor(*attribute.whole, at::kLong);
  if (attribute.number) return at::scalar_tensor(*attribute.number, at::kFloat);
  if (!attribute.wholes.empty()) return at::tensor(attribute.wholes, at::kLong);
  if (!attribute.numbers.empty()) return at::tensor(attribute.numbers, at::kFloat);
  reject("its value is not understood");
}

at::Tensor filled(GraphCall& call) {
  const std::vector<int64_t> shape = call.row(0, "");
  call.budget.claim(shape);
  const auto found = call.node.attributes.find("value");
  if (found == call.node.attributes.end()) return at::full(shape, 0.0, at::kFloat);
  if (!found->second.tensor || found->second.tensor->numel() != 1) reject("its value is not understood");
  const at::Tensor& value = *found->second.tensor;
  return at::full(shape, value.item(), value.scalar_type());
}

}  // namespace

std::vector<GraphOperator> value_operators() {
  return {
      {"Add", 2, 2, {}, paired<std::plus<>>},
      {"Sub", 2, 2, {}, paired<std::minus<>>},
      {"Mul", 2, 2, {}, paired<std::multiplies<>>},
      {"Div", 2, 2, {}, quotient},
      {"Pow", 2, 2, {}, paired<Power>},
      {"Sqrt", 1, 1, {}, [](GraphCall& call) { return call.input(0).sqrt(); }},
      {"Reciprocal", 1, 1, {}, [](GraphCall& call) { return call.input(0).reciprocal(); }},
      {"Neg", 1, 1, {}, [](GraphCall& call) { return call.input(0).neg(); }},
      {"Floor", 1, 1, {}, [](GraphCall& call) { return call.input(0).floor(); }},
      {"Identity", 1, 1, {}, [](GraphCall& call) { return call.input(0); }},
      {"ReduceSum", 1, 2, {"axes", "keepdims", "noop_with_empty_axes"}, summed},
      {"MatMul", 2, 2, {}, product_of_matrices},
      {"Reshape", 1, 2, {"allowzero", "shape"}, reshaped},
      {"Transpose", 1, 1, {"perm"}, turned},
      {"Unsqueeze", 1, 2, {"axes"}, with_axes},
      {"Squeeze", 1, 2, {"axes"}, without_axes},
      {"Concat", 1, 64, {"axis"}, joined},
      {"Slice", 1, 5, {"starts", "ends", "axes"}, sliced},
      {"Gather", 2, 2, {"axis"}, gathered},
      {"Shape", 1, 1, {"start", "end"}, shape_of},
      {"Cast", 1, 1, {"to"}, cast},
      {"Constant", 0, 0, {"value", "value_int", "value_ints", "value_float", "value_floats"}, constant},
      {"ConstantOfShape", 1, 1, {"value"}, filled},
  };
}

}  // namespace styler
