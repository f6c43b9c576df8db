#include "styler/core/graph/onnx_graph.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/base/file/protobuf.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/storage/safetensors.hpp"

namespace styler {
namespace {

constexpr size_t kMostDimensions = 8, kMostInputs = 64, kMostAttributes = 64;
constexpr size_t kMostConstants = 40'000;
constexpr int64_t kOldestOpset = 7, kNewestOpset = 25;

std::string text_of(const ProtobufField& field) { return std::string(field.text()); }

/// onnx.proto, TensorProto.DataType; none for what no network here has.
std::optional<at::ScalarType> type_of(int64_t number) {
  switch (number) {
    case 1:
      return at::kFloat;
    case 2:
      return at::kByte;
    case 3:
      return at::kChar;
    case 6:
      return at::kInt;
    case 7:
      return at::kLong;
    case 9:
      return at::kBool;
    case 10:
      return at::kHalf;
    case 11:
      return at::kDouble;
    default:
      return std::nullopt;
  }
}

/// Of a constant: 1 dims, 2 data_type, 4 float_data, 5 int32_data, 7 int64_data, 8 name, 9 raw_data, 14 data_location.
struct ConstantFields {
  std::vector<int64_t> shape, wholes;
  std::vector<float> singles;
  std::optional<std::string_view> raw;
  int64_t type = 0;
  std::string name;
};

ConstantFields constant_fields(std::string_view message) {
  ConstantFields fields;
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    switch (field->number) {
      case 1:
        field->add_wholes(fields.shape);
        break;
      case 2:
        fields.type = field->whole();
        break;
      case 4:
        field->add_singles(fields.singles);
        break;
      case 5:
      case 7:
        field->add_wholes(fields.wholes);
        break;
      case 8:
        fields.name = text_of(*field);
        break;
      case 9:
        fields.raw = field->text();
        break;
      case 13:
      case 14:
        if (field->number == 14 && field->kind == ProtobufField::Kind::Whole && field->whole() == 0) break;
        reject("constant " + quoted_name(fields.name) + " lies in another file, which nothing here reads");
      case 10:
      case 11:
        reject("constant " + quoted_name(fields.name) + " has numbers of 64 bits that lie one by one");
      default:
        break;
    }
  }
  return fields;
}

/// The number of elements, of a shape that anybody may have written.
int64_t element_count_of(const ConstantFields& fields) {
  if (fields.shape.size() > kMostDimensions) {
    reject("constant " + quoted_name(fields.name) + " has " + std::to_string(fields.shape.size()) + " dimensions");
  }
  int64_t count = 1;
  for (const int64_t edge : fields.shape) {
    if (edge < 0 || __builtin_mul_overflow(count, edge, &count) || count > kMostOnnxBytes) {
      reject("constant " + quoted_name(fields.name) + " has the shape " + shape_text(fields.shape) +
             ", more than a file holds");
    }
  }
  return count;
}

std::pair<std::string, at::Tensor> constant_of(std::string_view message) {
  const ConstantFields fields = constant_fields(message);
  const int64_t count = element_count_of(fields);
  const auto type = type_of(fields.type);
  if (!type) {
    reject("constant " + quoted_name(fields.name) + " has numbers of a kind that is not understood, number " +
           std::to_string(fields.type) + " of ONNX's");
  }
  const auto needs = [&](size_t found) {
    if (found == static_cast<size_t>(count)) return;
    reject("constant " + quoted_name(fields.name) + " is " + shape_text(fields.shape) + " but has " +
           std::to_string(found) + " numbers");
  };
  at::Tensor tensor;
  if (fields.raw) {
    const size_t width = c10::elementSize(*type);
    if (fields.raw->size() % width != 0) needs(fields.raw->size() / width + 1);
    needs(fields.raw->size() / width);
    tensor = at::empty(fields.shape, *type);
    if (count > 0) std::memcpy(tensor.data_ptr(), fields.raw->data(), fields.raw->size());
  } else if (*type == at::kFloat) {
    needs(fields.singles.size());
    tensor = at::empty(fields.shape, at::kFloat);
    std::ranges::copy(fields.singles, tensor.data_ptr<float>());
  } else if (*type == at::kHalf) {
    reject("constant " + quoted_name(fields.name) + " has numbers of 16 bits that lie one by one");
  } else {
    needs(fields.wholes.size());
    tensor = at::empty(fields.shape, at::kLong);
    std::ranges::copy(fields.wholes, tensor.data_ptr<int64_t>());
    tensor = tensor.to(*type);
  }
  if (tensor.is_floating_point() && *type != at::kFloat) tensor = tensor.to(at::kFloat);
  return {fields.name, tensor};
}

/// 1 name, 2 f, 3 i, 4 s, 5 t, 7 floats, 8 ints; the rest is of networks within networks and the like.
std::pair<std::string, OnnxAttribute> attribute_of(std::string_view message) {
  std::string name;
  OnnxAttribute attribute;
  ProtobufReader reader(message);
  bool is_known = true;
  while (const auto field = reader.next()) {
    switch (field->number) {
      case 1:
        name = text_of(*field);
        break;
      case 2:
        attribute.number = field->single();
        break;
      case 3:
        attribute.whole = field->whole();
        break;
      case 4:
        attribute.word = text_of(*field);
        break;
      case 5:
        attribute.tensor = constant_of(field->text()).second;
        break;
      case 7:
        field->add_singles(attribute.numbers);
        break;
      case 8:
        field->add_wholes(attribute.wholes);
        break;
      case 13:  // what it is for, in words
      case 20:
        break;
      default:
        is_known = false;
    }
  }
  if (!is_known) reject("attribute " + quoted_name(name) + " is of a kind that is not understood");
  return {name, std::move(attribute)};
}

/// 1 input, 2 output, 3 name, 4 op_type, 5 attribute, 7 domain.
OnnxNode node_of(std::string_view message, int64_t place) {
  OnnxNode node;
  node.place = place;
  std::string domain;
  std::vector<std::string_view> attributes;
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    switch (field->number) {
      case 1:
        node.inputs.push_back(text_of(*field));
        break;
      case 2:
        node.outputs.push_back(text_of(*field));
        break;
      case 3:
        node.name = text_of(*field);
        break;
      case 4:
        node.operation = text_of(*field);
        break;
      case 5:
        attributes.push_back(field->text());
        break;
      case 7:
        domain = text_of(*field);
        break;
      default:
        break;
    }
    if (std::max({node.inputs.size(), node.outputs.size(), attributes.size()}) >
        std::min(kMostInputs, kMostAttributes)) {
      reject("node " + std::to_string(place) + " has more inputs, outputs or attributes than any that is understood");
    }
  }
  if (!domain.empty() && domain != "ai.onnx") {
    reject(node.told() + " is an operator of " + quoted_name(domain) + ", and none of ONNX's own");
  }
  try {
    for (const std::string_view attribute : attributes) node.attributes.insert(attribute_of(attribute));
  } catch (const Error& error) {
    reject(node.told() + ": " + error.what());
  }
  return node;
}

/// 1 name, 2 type; of a type 1 a tensor's, with 1 the elements' and 2 the shape, of whose edges (1) 1 is a value.
OnnxValue value_of(std::string_view message) {
  OnnxValue value;
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == 1) value.name = text_of(*field);
    if (field->number != 2) continue;
    ProtobufReader types(field->text());
    while (const auto type = types.next()) {
      if (type->number != 1) reject("input or output " + quoted_name(value.name) + " is no tensor");
      ProtobufReader tensors(type->text());
      while (const auto part = tensors.next()) {
        if (part->number == 1) value.is_float = type_of(part->whole()) == at::kFloat;
        if (part->number != 2) continue;
        ProtobufReader edges(part->text());
        while (const auto edge = edges.next()) {
          if (edge->number != 1) continue;
          if (value.shape.size() == kMostDimensions) {
            reject("input or output " + quoted_name(value.name) + " has more than " + std::to_string(kMostDimensions) +
                   " dimensions");
          }
          int64_t length = 0;
          ProtobufReader parts(edge->text());
          while (const auto entry = parts.next()) {
            if (entry->number == 1) length = entry->whole();
          }
          value.shape.push_back(length);
        }
      }
    }
  }
  return value;
}

/// 1 node, 5 initializer, 11 input, 12 output, 15 sparse_initializer.
void read_graph(std::string_view message, OnnxGraph& graph) {
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    switch (field->number) {
      case 1:
        if (graph.nodes.size() == kMostOnnxNodes)
          reject("it has more than " + std::to_string(kMostOnnxNodes) + " nodes");
        graph.nodes.push_back(node_of(field->text(), static_cast<int64_t>(graph.nodes.size()) + 1));
        break;
      case 5:
        if (graph.constants.size() == kMostConstants) {
          reject("it has more than " + std::to_string(kMostConstants) + " constants");
        }
        graph.constants.insert(constant_of(field->text()));
        break;
      case 11:
        graph.inputs.push_back(value_of(field->text()));
        break;
      case 12:
        graph.outputs.push_back(value_of(field->text()));
        break;
      case 15:
        reject("it has sparse constants, which are not understood");
      default:
        break;
    }
    if (graph.inputs.size() > kMostConstants || graph.outputs.size() > kMostInputs) {
      reject("it has more inputs or outputs than any that is understood");
    }
  }
}

int64_t opset_of(std::string_view message) {
  std::string domain;
  int64_t version = 0;
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == 1) domain = text_of(*field);
    if (field->number == 2) version = field->whole();
  }
  return domain.empty() || domain == "ai.onnx" ? version : 0;
}

/// Each value has one source, which stands before whoever needs it.
void check_order(const OnnxGraph& graph) {
  std::set<std::string> known;
  for (const auto& [name, tensor] : graph.constants) known.insert(name);
  std::set<std::string> inputs;  // some of which older files have among their constants, too
  for (const OnnxValue& input : graph.inputs) {
    if (input.name.empty() || !inputs.insert(input.name).second) {
      reject("its input " + quoted_name(input.name) + " has no name of its own");
    }
  }
  known.insert(inputs.begin(), inputs.end());
  for (const OnnxNode& node : graph.nodes) {
    for (const std::string& input : node.inputs) {
      if (!input.empty() && !known.contains(input)) {
        reject(node.told() + " needs " + quoted_name(input) + ", which nothing before it gives");
      }
    }
    for (const std::string& output : node.outputs) {
      if (!output.empty() && !known.insert(output).second) {
        reject(node.told() + " gives " + quoted_name(output) + ", which is given already");
      }
    }
  }
  for (const OnnxValue& output : graph.outputs) {
    if (!known.contains(output.name)) reject("nothing gives its output " + quoted_name(output.name));
  }
}

}  // namespace

std::string OnnxNode::told() const {
  const std::string of_name = name.empty() ? std::string() : ", " + quoted_name(printable(name));
  return "node " + std::to_string(place) + of_name + " (" + printable(operation) + ")";
}

OnnxGraph read_onnx(std::string_view bytes) {
  static_assert(std::endian::native == std::endian::little, "raw_data is copied as it lies in the file");
  if (static_cast<int64_t>(bytes.size()) > kMostOnnxBytes) {
    reject("it has more than " + std::to_string(kMostOnnxBytes >> 20) + " MB");
  }
  OnnxGraph graph;
  bool has_graph = false;
  ProtobufReader reader(bytes);
  while (const auto field = reader.next()) {  // 7 graph, 8 opset_import, 25 functions
    if (field->number == 7) {
      if (std::exchange(has_graph, true)) reject("it has two networks");
      read_graph(field->text(), graph);
    }
    if (field->number == 8) graph.opset = std::max(graph.opset, opset_of(field->text()));
    if (field->number == 25) reject("it has functions of its own, which are not understood");
  }
  if (!has_graph) reject("it has no network");
  if (graph.opset < kOldestOpset || graph.opset > kNewestOpset) {
    reject("it has operators of version " + std::to_string(graph.opset) + " but " + std::to_string(kOldestOpset) +
           " to " + std::to_string(kNewestOpset) + " are understood");
  }
  std::erase_if(graph.inputs, [&](const OnnxValue& input) { return graph.constants.contains(input.name); });
  check_order(graph);
  return graph;
}

}  // namespace styler
