#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace styler {

/// What a node of an ONNX graph is told beside its inputs.
struct OnnxAttribute {
  std::optional<double> number;      ///< A fraction.
  std::optional<int64_t> whole;      ///< A whole number.
  std::optional<std::string> word;   ///< A text.
  std::optional<at::Tensor> tensor;  ///< A tensor.
  std::vector<int64_t> wholes;
  std::vector<float> numbers;
};

/// A step of the computation.
struct OnnxNode {
  std::string operation;
  std::string name;                 ///< As its writer called it; may be empty.
  std::vector<std::string> inputs;  ///< Names of values; an empty one is left out.
  std::vector<std::string> outputs;
  std::map<std::string, OnnxAttribute> attributes;
  int64_t place = 0;  ///< From 1, in the order of the file.

  /// `node 12, 'conv1' (Conv)`, for messages.
  std::string told() const;
};

/// What goes in or comes out.
struct OnnxValue {
  std::string name;
  std::vector<int64_t> shape;  ///< 0 where an edge may have any size.
  bool is_float = false;
};

/// A network as ONNX has it: nodes in the order in which they are computed, and the tensors that they begin with.
struct OnnxGraph {
  int64_t opset = 0;
  std::vector<OnnxNode> nodes;
  std::map<std::string, at::Tensor> constants;
  std::vector<OnnxValue> inputs;  ///< Without those that are constants.
  std::vector<OnnxValue> outputs;
};

/// The most that a file may have.
inline constexpr int64_t kMostOnnxBytes = int64_t{256} << 20;
inline constexpr size_t kMostOnnxNodes = 20'000;

/// Reads the bytes of an ONNX model, whoever wrote them: what it gives takes a few times their memory at most.
/// \throws Error{InvalidArgument} with a part of a sentence that says what is wrong or not understood, and where.
OnnxGraph read_onnx(std::string_view bytes);

}  // namespace styler
