#include "styler/core/generator/onnx_model.hpp"

#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/base/file/protobuf.hpp"
#include "styler/base/version.hpp"
#include "styler/core/graph/onnx_graph.hpp"
#include "styler/core/graph/picture_graph.hpp"

namespace styler {
namespace {

constexpr int64_t kIrVersion = 7, kOpset = 13;
// Numbers of onnx.proto's enumerations.
constexpr int64_t kFloatType = 1, kInt64Type = 7;
constexpr int64_t kFloatAttribute = 1, kIntAttribute = 2, kTextAttribute = 3, kIntsAttribute = 7;

constexpr const char* kPhoto = "photo";
constexpr const char* kPicture = "picture";
constexpr const char* kStyleWeights = "style_weights";

/// Attributes of a node; onnx.proto: 1 name, 2 f, 3 i, 4 s, 8 ints, 20 type.
class Attributes {
 public:
  Attributes& single(const std::string& name, float value) {
    return add(ProtobufMessage().bytes(1, name).single(2, value).whole(20, kFloatAttribute));
  }
  Attributes& whole(const std::string& name, int64_t value) {
    return add(ProtobufMessage().bytes(1, name).whole(3, value).whole(20, kIntAttribute));
  }
  Attributes& word(const std::string& name, const std::string& value) {
    return add(ProtobufMessage().bytes(1, name).bytes(4, value).whole(20, kTextAttribute));
  }
  Attributes& wholes(const std::string& name, const std::vector<int64_t>& values) {
    ProtobufMessage attribute;
    attribute.bytes(1, name);
    for (const int64_t value : values) attribute.whole(8, value);
    return add(attribute.whole(20, kIntsAttribute));
  }
  const ProtobufMessage& fields() const { return fields_; }

 private:
  Attributes& add(const ProtobufMessage& attribute) {
    fields_.message(5, attribute);
    return *this;
  }
  ProtobufMessage fields_;
};

/// A graph that is being written; onnx.proto: 1 node, 2 name, 5 initializer, 11 input, 12 output.
class WrittenGraph {
 public:
  /// \return  The name of what the node puts out.
  std::string add(const std::string& operation, const std::vector<std::string>& inputs,
                  const Attributes& attributes = {}, std::string output = {}) {
    if (output.empty()) output = operation + std::to_string(++nodes_);
    ProtobufMessage node;
    for (const std::string& input : inputs) node.bytes(1, input);
    node.bytes(2, output).bytes(3, output + "_node").bytes(4, operation).fields(attributes.fields());
    graph_.message(1, node);
    return output;
  }

  /// \param tensor  float32 or int64.
  std::string constant(const std::string& name, const at::Tensor& tensor) {
    const at::Tensor dense = tensor.detach().cpu().contiguous();
    ProtobufMessage message;
    for (const int64_t edge : dense.sizes()) message.whole(1, edge);
    std::string bytes;
    if (dense.scalar_type() == at::kLong) {
      message.whole(2, kInt64Type);
      for (int64_t i = 0; i < dense.numel(); ++i) {
        append_little_endian(bytes, static_cast<uint64_t>(dense.data_ptr<int64_t>()[i]));
      }
    } else {
      STYLER_ASSERT(dense.scalar_type() == at::kFloat);
      message.whole(2, kFloatType);
      for (int64_t i = 0; i < dense.numel(); ++i) {
        append_little_endian(bytes, std::bit_cast<uint32_t>(dense.data_ptr<float>()[i]));
      }
    }
    constants_.message(5, message.bytes(8, name).bytes(9, bytes));
    return name;
  }

  /// The whole graph. \param inputs, output  as value_info() makes them.
  ProtobufMessage finished(const std::vector<ProtobufMessage>& inputs, const ProtobufMessage& output) const {
    ProtobufMessage result = graph_;
    result.bytes(2, "styler").fields(constants_);
    for (const ProtobufMessage& input : inputs) result.message(11, input);
    return result.message(12, output);
  }

 private:
  ProtobufMessage graph_, constants_;
  int64_t nodes_ = 0;
};

/// What goes in or comes out: 1 name, 2 type; of a type 1 the tensor's, with 1 the elements' and 2 the shape, whose
/// dimensions have 1 a value or 2 a name.
ProtobufMessage value_info(const std::string& name, const std::vector<std::pair<std::string, int64_t>>& shape) {
  ProtobufMessage dimensions;
  for (const auto& [word, edge] : shape) {
    dimensions.message(1, word.empty() ? ProtobufMessage().whole(1, edge) : ProtobufMessage().bytes(2, word));
  }
  const ProtobufMessage tensor = ProtobufMessage().whole(1, kFloatType).message(2, dimensions);
  return ProtobufMessage().bytes(1, name).message(2, ProtobufMessage().message(1, tensor));
}

/// Writes the nodes of a generator, in the order in which it computes.
class GeneratorGraph {
 public:
  explicit GeneratorGraph(const StyledGenerator& styles) : styles_(styles) {
    for (size_t i = 0; i < styles.count(); ++i) {
      painters_.push_back(styles.count() == 1 ? styles.painter() : styles.painter(only(i)));
    }
    for (const auto& [name, tensor] : styles.generator.frozen()) frozen_[name] = tensor;
    for (const auto& [name, tensor] : styles.generator.parameters()) weights_[name] = tensor;
  }

  ProtobufMessage written() {
    const std::string half = graph_.constant("half", at::scalar_tensor(0.5, at::kFloat));
    scales_ = graph_.constant("twice", at::tensor({1.0F, 1.0F, 2.0F, 2.0F}));
    std::string x = activated(graph_.add("Sub", {kPhoto, half}), "first");
    x = activated(activated(x, "down1", 2), "down2", 2);
    for (int64_t block = 1; weights_.contains("residual" + std::to_string(block) + ".1.weight"); ++block) {
      const std::string first = "residual" + std::to_string(block) + ".1";
      const std::string second = "residual" + std::to_string(block) + ".2";
      x = graph_.add("Add", {x, normalised(convolved(activated(x, first), second, 1), second)});
    }
    x = activated(enlarged(x), "up1");
    x = activated(enlarged(x), "up2");
    // An edge that is no multiple of four has been rounded up on the way.
    const std::string size = graph_.add("Shape", {kPhoto});
    const auto whole = [&](const char* name, const std::vector<int64_t>& values) {
      return graph_.constant(name, at::tensor(values, at::kLong));
    };
    const std::string ends = graph_.add("Slice", {size, whole("two", {2}), whole("four", {4})});
    const std::string change =
        graph_.add("Slice", {convolved(x, "last", 1), whole("origin", {0, 0}), ends, whole("axes", {2, 3})});
    const std::string colours = instance_norm(kPhoto, "photo", Generator::kPhotoEpsilon);
    const std::string sum = graph_.add("Add", {colours, change});
    if (styles_.generator.form() == GeneratorForm::Johnson) {
      graph_.add("Clip",
                 {sum, graph_.constant("black", at::scalar_tensor(0.0, at::kFloat)),
                  graph_.constant("white", at::scalar_tensor(1.0, at::kFloat))},
                 {}, kPicture);
    } else {
      graph_.add("Sigmoid", {sum}, {}, kPicture);
    }
    const std::vector<std::pair<std::string, int64_t>> shape = {{"N", 0}, {"", 3}, {"H", 0}, {"W", 0}};
    std::vector<ProtobufMessage> inputs = {value_info(kPhoto, shape)};
    const auto count = static_cast<int64_t>(styles_.count());
    if (count > 1) inputs.push_back(value_info(kStyleWeights, {{"", 1}, {"", count}}));
    return graph_.finished(inputs, value_info(kPicture, shape));
  }

 private:
  std::vector<double> only(size_t style) const {
    std::vector<double> shares(styles_.count());
    shares[style] = 1;
    return shares;
  }

  /// What is a style's own: a constant, or a blend by `style_weights`.
  std::string of_style(const std::string& name) {
    std::vector<at::Tensor> rows;
    for (const Generator& painter : painters_) {
      for (const auto& [word, tensor] : painter.parameters()) {
        if (word == name) rows.push_back(tensor.detach());
      }
    }
    STYLER_ASSERT(rows.size() == painters_.size());
    if (rows.size() == 1) return graph_.constant(name, rows.front());
    if (row_.empty()) row_ = graph_.constant("row", at::tensor(std::vector<int64_t>{-1}, at::kLong));
    const std::string blend = graph_.add("MatMul", {kStyleWeights, graph_.constant(name, at::stack(rows))});
    return graph_.add("Reshape", {blend, row_});
  }

  std::string zeros_for(const std::string& name, int64_t count) {
    return graph_.constant(name + ".zero", at::zeros({count}, at::kFloat));
  }

  std::string convolved(const std::string& input, const std::string& name, int64_t stride) {
    const at::Tensor& weight = weights_.at(name + ".weight");
    const int64_t edge = weight.size(2), margin = edge / 2;
    std::string& pads = pads_[margin];
    if (pads.empty()) {
      pads = graph_.constant("margin" + std::to_string(margin),
                             at::tensor(std::vector<int64_t>{0, 0, margin, margin, 0, 0, margin, margin}, at::kLong));
    }
    const std::string padded = graph_.add("Pad", {input, pads}, Attributes().word("mode", "reflect"));
    const std::string kernel = graph_.constant(name + ".weight", weight);
    const Attributes attributes = Attributes().wholes("kernel_shape", {edge, edge}).wholes("strides", {stride, stride});
    if (!weights_.contains(name + ".bias")) return graph_.add("Conv", {padded, kernel}, attributes);
    return graph_.add("Conv", {padded, kernel, of_style(name + ".bias")}, attributes);
  }

  std::string instance_norm(const std::string& input, const std::string& name, double epsilon) {
    const bool is_shifted = weights_.contains(name + ".shift");
    const int64_t channels = weights_.at(name + ".scale").numel();
    const std::string scale = of_style(name + ".scale");
    const std::string shift = is_shifted ? of_style(name + ".shift") : zeros_for(name, channels);
    return graph_.add("InstanceNormalization", {input, scale, shift},
                      Attributes().single("epsilon", static_cast<float>(epsilon)));
  }

  std::string normalised(const std::string& input, const std::string& name) {
    if (frozen_.empty()) return instance_norm(input, name, Generator::kNormEpsilon);
    const at::Tensor& mean = frozen_.at(name + ".mean");
    const bool is_shifted = weights_.contains(name + ".shift");
    const std::string shift = is_shifted ? of_style(name + ".shift") : zeros_for(name, mean.numel());
    return graph_.add("BatchNormalization",
                      {input, of_style(name + ".scale"), shift, graph_.constant(name + ".mean", mean),
                       graph_.constant(name + ".variance", frozen_.at(name + ".variance"))},
                      Attributes().single("epsilon", static_cast<float>(Generator::kNormEpsilon)));
  }

  std::string activated(const std::string& input, const std::string& name, int64_t stride = 1) {
    return graph_.add("Relu", {normalised(convolved(input, name, stride), name)});
  }

  std::string enlarged(const std::string& input) {
    return graph_.add("Resize", {input, "", scales_},
                      Attributes()
                          .word("coordinate_transformation_mode", "asymmetric")
                          .word("mode", "nearest")
                          .word("nearest_mode", "floor"));
  }

  const StyledGenerator& styles_;
  std::vector<Generator> painters_;
  std::map<std::string, at::Tensor> weights_, frozen_;
  WrittenGraph graph_;
  std::map<int64_t, std::string> pads_;
  std::string scales_, row_;
};

/// Of one of the styles, by the constants of such a file; none where these are no generator's.
std::optional<Generator> generator_of(const std::map<std::string, at::Tensor>& constants, int64_t style) {
  const auto first = constants.find("first.weight");
  if (first == constants.end() || first->second.dim() != 4) return std::nullopt;
  std::optional<GeneratorWidth> width;
  for (const GeneratorWidth known : {GeneratorWidth::Tiny, GeneratorWidth::Small, GeneratorWidth::Large}) {
    if (full_size_channels(known) == first->second.size(0)) width = known;
  }
  const bool is_johnson = first->second.size(2) != 5;
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, tensor] : constants) {
    constexpr std::array kKinds = {".weight", ".scale", ".shift", ".bias", ".mean", ".variance"};
    if (std::ranges::none_of(kKinds, [&name = name](const char* kind) { return name.ends_with(kind); })) continue;
    const bool is_row = !name.ends_with(".weight") && tensor.dim() == 2 && style < tensor.size(0);
    tensors.emplace(name, is_row ? tensor[style].clone() : tensor);
  }
  if (!width) return std::nullopt;
  try {
    return Generator(*width, tensors, tensors.contains("first.mean") ? GeneratorNorm::Batch : GeneratorNorm::Instance,
                     is_johnson ? GeneratorForm::Johnson : GeneratorForm::Styler);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

std::optional<StyledGenerator> generator_in_onnx_model(std::string_view bytes) {
  const OnnxGraph graph = read_onnx(bytes);
  const auto colours = graph.constants.find("last.bias");
  if (colours == graph.constants.end()) return std::nullopt;
  const std::optional<Generator> generator = generator_of(graph.constants, 0);
  if (!generator) return std::nullopt;
  StyledGenerator styles{*generator, {}};
  for (int64_t i = 1; colours->second.dim() == 2 && i < colours->second.size(0); ++i) {
    const std::optional<Generator> painter = generator_of(graph.constants, i);
    if (!painter) return std::nullopt;
    styles.more.push_back(style_row(*painter));
  }
  const std::string ours = GeneratorGraph(styles).written().text();
  ProtobufReader reader(bytes);
  while (const auto field = reader.next()) {
    if (field->number == 7 && field->text() == ours) return styles;
  }
  return std::nullopt;
}

std::string onnx_model(const StyledGenerator& styles, const std::map<std::string, std::string>& notes) {
  if (const PictureGraph* const graph = styles.generator.graph()) return graph->bytes();
  // onnx.proto: 1 ir_version, 2 producer_name, 3 producer_version, 7 graph, 8 opset_import, 14 metadata_props.
  ProtobufMessage model;
  model.whole(1, kIrVersion).bytes(2, "styler").bytes(3, program_version());
  model.message(7, GeneratorGraph(styles).written());
  model.message(8, ProtobufMessage().bytes(1, "").whole(2, kOpset));
  for (const auto& [name, text] : notes) model.message(14, ProtobufMessage().bytes(1, name).bytes(2, text));
  return model.text();
}

}  // namespace styler
