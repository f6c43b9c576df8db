#include "styler/core/graph/graph_program.hpp"

#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/storage/safetensors.hpp"

namespace styler {
namespace {

/// Refuses what is not understood, before anything is computed.
void check_node(const OnnxNode& node) {
  const GraphOperator* const entry = graph_operator(node.operation);
  if (entry == nullptr) {
    reject(node.told() + " is an operator that is not understood");
  }
  if (node.outputs.empty()) reject(node.told() + " gives nothing");
  if (node.inputs.size() < entry->least_inputs || node.inputs.size() > entry->most_inputs) {
    reject(node.told() + " has " + std::to_string(node.inputs.size()) + " inputs but takes " +
           std::to_string(entry->least_inputs) + " to " + std::to_string(entry->most_inputs));
  }
  for (const auto& [name, attribute] : node.attributes) {
    const bool is_known =
        std::ranges::any_of(entry->attributes, [&name = name](const char* known) { return name == known; });
    if (!is_known) reject(node.told() + " is told " + quoted_name(name) + ", which is not understood");
  }
}

bool is_about_sizes(const std::string& operation) { return operation == "Shape"; }
/// Whatever is done to a picture's axes but to turn them would lose where its positions are.
bool moves_positions(const std::string& operation) {
  return operation == "Reshape" || operation == "Squeeze" || operation == "Unsqueeze" || operation == "MatMul" ||
         operation == "Gather";
}

/// How many positions come of one. Borders that are added or cut away make no finer grid, so that sizes alone don't
/// tell.
double growth_of(const OnnxNode& node, const at::Tensor& input, const at::Tensor& output, int64_t axis) {
  if (node.operation == "Resize" || node.operation == "Upsample") {
    return static_cast<double>(output.size(axis)) / static_cast<double>(input.size(axis));
  }
  const auto strides = node.attributes.find("strides");
  if (strides == node.attributes.end() || strides->second.wholes.empty()) return 1;
  const auto stride = static_cast<double>(strides->second.wholes.front());
  return node.operation == "ConvTranspose" ? stride : 1 / stride;
}

/// \param input  the first one of the node.
std::optional<GraphSight> sight_of(const OnnxNode& node, const std::vector<std::optional<GraphSight>>& inputs,
                                   const at::Tensor& input, const at::Tensor& output, double seen) {
  std::optional<GraphSight> sight;
  for (const auto& before : inputs) {
    if (!before) continue;
    if (sight) {
      sight->reach = std::max(sight->reach, before->reach);
    } else {
      sight = before;
    }
  }
  if (!sight || is_about_sizes(node.operation)) return std::nullopt;
  if (output.dim() == 4 && output.size(2) == 1 && output.size(3) == 1) return std::nullopt;  // one for all positions
  const bool is_reduced = node.operation.starts_with("Reduce") && output.dim() < 4;
  if (is_reduced) return std::nullopt;
  if (node.operation == "Transpose") {
    const auto found = node.attributes.find("perm");
    const std::vector<int64_t> order = found == node.attributes.end() ? std::vector<int64_t>() : found->second.wholes;
    const auto place = std::ranges::find(order, sight->axis);
    if (place == order.end() || place + 1 == order.end() || *(place + 1) != sight->axis + 1) {
      reject("it turns height and width of the picture apart");
    }
    sight->axis = place - order.begin();
  }
  if (output.dim() != 4 || moves_positions(node.operation)) reject("it moves the picture's positions elsewhere");
  sight->reach += seen * sight->step;
  sight->step /= growth_of(node, input, output, sight->axis);
  return sight;
}

}  // namespace

GraphProgram::GraphProgram(std::string_view bytes) : graph_(read_onnx(bytes)) {
  for (const OnnxNode& node : graph_.nodes) check_node(node);
  if (graph_.outputs.empty()) reject("it has no output");
  fold();
  find_last_uses();
}

at::Tensor GraphProgram::computed(const OnnxNode& node, const std::map<std::string, at::Tensor>& values,
                                  bool sees_picture, GraphNorms& norms, GraphBudget& budget, double* seen) const {
  const GraphOperator& entry = *graph_operator(node.operation);
  GraphCall call{node, graph_.opset, {}, sees_picture, norms, budget};
  for (const std::string& name : node.inputs) {
    at::Tensor& input = call.inputs.emplace_back();
    if (name.empty()) continue;
    const auto found = values.find(name);
    input = found != values.end() ? found->second : constant(name);
  }
  try {
    for (size_t i = 0; i < entry.least_inputs; ++i) call.input(i);
    at::Tensor result = entry.compute(call);
    if (seen != nullptr && entry.sees != nullptr) *seen = entry.sees(call);
    return result;
  } catch (const Error& error) {
    reject(node.told() + " can't be computed: " + error.what());
  } catch (const c10::OutOfMemoryError&) {
    throw;
  } catch (const c10::Error&) {
    std::string shapes;
    for (const at::Tensor& input : call.inputs) {
      if (input.defined()) shapes += (shapes.empty() ? "" : ", ") + shape_text(input.sizes());
    }
    reject(node.told() + " can't be computed of inputs that are " + shapes);
  }
}

void GraphProgram::fold() {
  const at::NoGradGuard no_grad;
  GraphBudget budget(0);
  GraphNorms norms;
  std::vector<OnnxNode> rest;
  for (OnnxNode& node : graph_.nodes) {
    const bool is_known = std::ranges::all_of(
        node.inputs, [&](const std::string& name) { return name.empty() || graph_.constants.contains(name); });
    if (!is_known) {
      rest.push_back(std::move(node));
      continue;
    }
    at::Tensor value = computed(node, {}, false, norms, budget, nullptr);
    budget.keep(value.numel());
    graph_.constants.emplace(node.outputs.front(), std::move(value));
  }
  graph_.nodes = std::move(rest);
  std::set<std::string> needed;
  for (const OnnxNode& node : graph_.nodes) needed.insert(node.inputs.begin(), node.inputs.end());
  std::erase_if(graph_.constants, [&](const auto& entry) { return !needed.contains(entry.first); });
}

void GraphProgram::find_last_uses() {
  std::set<std::string> needed;
  for (const OnnxValue& output : graph_.outputs) needed.insert(output.name);
  last_uses_.assign(graph_.nodes.size(), {});
  for (size_t i = graph_.nodes.size(); i-- > 0;) {
    for (const std::vector<std::string>* const names : {&graph_.nodes[i].outputs, &graph_.nodes[i].inputs}) {
      for (const std::string& name : *names) {
        if (!name.empty() && needed.insert(name).second) last_uses_[i].push_back(name);
      }
    }
  }
}

at::Tensor GraphProgram::compute(const std::map<std::string, at::Tensor>& inputs, const GraphPicture& picture,
                                 GraphNorms& norms, GraphReach* reach) const {
  const at::NoGradGuard no_grad;
  const at::Tensor& photos = inputs.at(picture.name);
  GraphBudget budget(photos.numel() / 3);
  std::map<std::string, at::Tensor> values = inputs;
  std::map<std::string, GraphSight> sights = {{picture.name, {picture.height_axis}}};
  const auto first_input = [&](const OnnxNode& node) {
    const auto found = node.inputs.empty() ? values.end() : values.find(node.inputs.front());
    return found == values.end() ? at::Tensor() : found->second;
  };
  const std::string& wanted = graph_.outputs.front().name;
  for (size_t i = 0; i < graph_.nodes.size(); ++i) {
    const OnnxNode& node = graph_.nodes[i];
    std::vector<std::optional<GraphSight>> seen_by;
    for (const std::string& name : node.inputs) {
      const auto found = sights.find(name);
      seen_by.push_back(found == sights.end() ? std::nullopt : std::optional(found->second));
    }
    double seen = 0;
    const bool sees_picture = !seen_by.empty() && seen_by.front().has_value();
    at::Tensor value = computed(node, values, sees_picture, norms, budget, &seen);
    const std::string& name = node.outputs.front();
    try {
      budget.keep(value.numel());
      if (const auto sight = sight_of(node, seen_by, first_input(node), value, seen)) {
        sights[name] = *sight;
        if (reach != nullptr) reach->coarsest = std::max(reach->coarsest, sight->step);
      }
    } catch (const Error& error) {
      reject(node.told() + " is not understood: " + error.what());
    }
    values[name] = std::move(value);
    for (const std::string& last : last_uses_[i]) {
      const auto found = values.find(last);
      if (found == values.end() || last == wanted) continue;
      budget.drop(found->second.numel());
      values.erase(found);
    }
  }
  const auto found = values.find(wanted);
  if (found == values.end()) reject("its output " + quoted_name(wanted) + " doesn't depend on its inputs");
  if (reach != nullptr && sights.contains(wanted)) reach->reach = sights.at(wanted).reach;
  return found->second;
}

GraphProgram GraphProgram::on(at::Device device) const {
  GraphProgram result = *this;
  for (auto& [name, tensor] : result.graph_.constants) {
    if (tensor.scalar_type() != at::kLong) tensor = tensor.to(device);
  }
  return result;
}

const OnnxNode* GraphProgram::last_node() const {
  std::string wanted = graph_.outputs.front().name;
  for (size_t i = graph_.nodes.size(); i-- > 0;) {
    const OnnxNode& node = graph_.nodes[i];
    if (std::ranges::find(node.outputs, wanted) == node.outputs.end()) continue;
    constexpr std::array kLeavesColours = {"Transpose", "QuantizeLinear", "DequantizeLinear",
                                           "Identity",  "Cast",           "Slice"};
    if (std::ranges::find(kLeavesColours, node.operation) == kLeavesColours.end()) return &node;
    wanted = node.inputs.front();
  }
  return nullptr;
}

at::Tensor GraphProgram::constant(const std::string& name) const {
  const auto found = graph_.constants.find(name);
  return found == graph_.constants.end() ? at::Tensor() : found->second;
}

}  // namespace styler
