#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "styler/core/graph/norm_statistics.hpp"
#include "styler/core/graph/onnx_graph.hpp"

namespace styler {

/// What one run of a graph may take, so that no file can ask for more than a network that paints could.
class GraphBudget {
 public:
  /// \param pixels  of all pictures that run.
  explicit GraphBudget(int64_t pixels);

  /// Checks that a tensor of this shape may be made. \throws Error{InvalidArgument} with a part of a sentence.
  void claim(at::IntArrayRef shape) const;
  /// Of multiplications, which are counted over the whole run.
  void claim_products(double count);
  /// Told of what stays, and of what goes.
  void keep(int64_t elements);
  void drop(int64_t elements) { kept_ -= elements; }

 private:
  int64_t most_elements_, kept_ = 0;
  double products_left_;
};

/// Where the norms of one run take their statistics from.
struct GraphNorms {
  const NormStatistics* given = nullptr;  ///< If none: from the pictures that run,
  NormStatistics* found = nullptr;        ///< from all of them together and written down here, or from each by itself.
  size_t next = 0;
};

/// One node that is computed.
struct GraphCall {
  const OnnxNode& node;
  int64_t opset;
  std::vector<at::Tensor> inputs;  ///< Undefined: left out.
  bool sees_picture;               ///< Whether its first input is of a picture's positions.
  GraphNorms& norms;
  GraphBudget& budget;

  const at::Tensor& input(size_t place) const;
  bool has_input(size_t place) const { return place < inputs.size() && inputs[place].defined(); }
  /// Of attributes; `usual` where there is none of this name.
  int64_t whole(const char* name, int64_t usual) const;
  double number(const char* name, double usual) const;
  std::string word(const char* name, const char* usual) const;
  std::vector<int64_t> wholes(const char* name, const std::vector<int64_t>& usual) const;
  /// Of an input that is a row of whole numbers, or of the attribute that older versions have in its place.
  std::vector<int64_t> row(size_t place, const char* attribute) const;
};

/// What an operator can be told, and how it is computed.
struct GraphOperator {
  const char* name;
  size_t least_inputs, most_inputs;
  std::vector<const char*> attributes;
  at::Tensor (*compute)(GraphCall& call);
  /// How far beyond a position of its first input it sees, in positions of that.
  double (*sees)(const GraphCall& call) = nullptr;
};

/// nullptr for what is not understood.
const GraphOperator* graph_operator(const std::string& name);

/// Of layers, and of numbers and shapes: the parts of that table.
std::vector<GraphOperator> layer_operators();
std::vector<GraphOperator> value_operators();

}  // namespace styler
