#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "styler/core/graph/onnx_graph.hpp"
#include "styler/core/graph/operators.hpp"

namespace styler {

/// Where a value of a run stands to the picture that went in.
struct GraphSight {
  int64_t axis = 0;  ///< Of its height; its width's is the next.
  double step = 1;   ///< Pixels of the picture from one position to the next.
  double reach = 0;  ///< How far a position sees, in pixels.
};

/// What a run has seen of the picture.
struct GraphReach {
  double reach = 0;     ///< Of the output.
  double coarsest = 1;  ///< The longest step of all values.
};

/// The picture that goes in, and where its height is.
struct GraphPicture {
  std::string name;
  int64_t height_axis = 2;
};

/// An ONNX graph of operators that are understood, which LibTorch computes. What follows from constants alone is
/// computed once.
class GraphProgram {
 public:
  /// \throws Error{InvalidArgument} with a part of a sentence: what is not understood, by operator and place.
  explicit GraphProgram(std::string_view bytes);

  const std::vector<OnnxValue>& inputs() const { return graph_.inputs; }
  const std::vector<OnnxValue>& outputs() const { return graph_.outputs; }

  /// The first output.
  /// \param inputs   a tensor for each of inputs(), by name.
  /// \param picture  which of them is one.
  /// \param reach    told of what was seen of it; may be nullptr.
  /// \throws Error{InvalidArgument} where an operator can't be computed for these.
  at::Tensor compute(const std::map<std::string, at::Tensor>& inputs, const GraphPicture& picture, GraphNorms& norms,
                     GraphReach* reach = nullptr) const;

  /// A copy whose numbers lie there, but for whole ones, which shapes are made of.
  GraphProgram on(at::Device device) const;

  /// The node that makes the colours of the output: behind it nothing but its place and its precision changes.
  const OnnxNode* last_node() const;
  /// A value that is known beforehand; undefined where it is not.
  at::Tensor constant(const std::string& name) const;

 private:
  void fold();
  void find_last_uses();
  at::Tensor computed(const OnnxNode& node, const std::map<std::string, at::Tensor>& values, bool sees_picture,
                      GraphNorms& norms, GraphBudget& budget, double* seen) const;

  OnnxGraph graph_;
  std::vector<std::vector<std::string>> last_uses_;  ///< Of each node the values that nobody needs after it.
};

}  // namespace styler
