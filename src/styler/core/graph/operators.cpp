#include "styler/core/graph/operators.hpp"

#include <map>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/storage/safetensors.hpp"

namespace styler {
namespace {

// Johnson's network, the largest that people share, makes 250 numbers and 50,000 products of a pixel.
constexpr int64_t kMostElementsOfPixel = 4096, kMostElementsBeside = int64_t{1} << 24;
constexpr double kMostProductsOfPixel = 1e6, kMostProductsBeside = 1e9;
constexpr int64_t kLongestRow = 64;

}  // namespace

GraphBudget::GraphBudget(int64_t pixels)
    : most_elements_(kMostElementsBeside + pixels * kMostElementsOfPixel),
      products_left_(kMostProductsBeside + static_cast<double>(pixels) * kMostProductsOfPixel) {}

void GraphBudget::claim(at::IntArrayRef shape) const {
  int64_t count = 1;
  for (const int64_t edge : shape) {
    if (edge < 0 || __builtin_mul_overflow(count, edge, &count) || count > most_elements_) {
      reject("it makes " + shape_text(shape) + " numbers, more than any network that is understood");
    }
  }
}

void GraphBudget::claim_products(double count) {
  products_left_ -= count;
  if (products_left_ < 0) reject("it takes more multiplications than any network that is understood");
}

void GraphBudget::keep(int64_t elements) {
  kept_ += elements;
  if (kept_ > most_elements_) reject("it keeps more numbers than any network that is understood");
}

const at::Tensor& GraphCall::input(size_t place) const {
  if (!has_input(place)) reject("it lacks input " + std::to_string(place + 1));
  return inputs[place];
}

namespace {

const OnnxAttribute* attribute_named(const GraphCall& call, const char* name) {
  const auto found = call.node.attributes.find(name);
  return found == call.node.attributes.end() ? nullptr : &found->second;
}

}  // namespace

int64_t GraphCall::whole(const char* name, int64_t usual) const {
  const OnnxAttribute* const attribute = attribute_named(*this, name);
  if (attribute == nullptr) return usual;
  if (!attribute->whole) reject(std::string("its ") + name + " is no whole number");
  return *attribute->whole;
}

double GraphCall::number(const char* name, double usual) const {
  const OnnxAttribute* const attribute = attribute_named(*this, name);
  if (attribute == nullptr) return usual;
  if (!attribute->number) reject(std::string("its ") + name + " is no number");
  return *attribute->number;
}

std::string GraphCall::word(const char* name, const char* usual) const {
  const OnnxAttribute* const attribute = attribute_named(*this, name);
  if (attribute == nullptr) return usual;
  if (!attribute->word) reject(std::string("its ") + name + " is no word");
  return *attribute->word;
}

std::vector<int64_t> GraphCall::wholes(const char* name, const std::vector<int64_t>& usual) const {
  const OnnxAttribute* const attribute = attribute_named(*this, name);
  return attribute == nullptr ? usual : attribute->wholes;
}

std::vector<int64_t> GraphCall::row(size_t place, const char* attribute) const {
  if (!has_input(place)) return wholes(attribute, {});
  const at::Tensor& tensor = inputs[place];
  if (!at::isIntegralType(tensor.scalar_type(), false) || tensor.dim() > 1 || tensor.numel() > kLongestRow) {
    reject("its input " + std::to_string(place + 1) + " is no row of whole numbers");
  }
  const at::Tensor values = tensor.to(at::kCPU, at::kLong).contiguous();
  return {values.data_ptr<int64_t>(), values.data_ptr<int64_t>() + values.numel()};
}

const GraphOperator* graph_operator(const std::string& name) {
  static const std::map<std::string, GraphOperator> kTable = [] {
    std::map<std::string, GraphOperator> table;
    for (const std::vector<GraphOperator>& part : {layer_operators(), value_operators()}) {
      for (const GraphOperator& entry : part) table.emplace(entry.name, entry);
    }
    return table;
  }();
  const auto found = kTable.find(name);
  return found == kTable.end() ? nullptr : &found->second;
}

}  // namespace styler
