#include "styler/core/generator/generator.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/instance_norm.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/logit.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/reflection_pad2d.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <ATen/ops/var_mean.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/graph/picture_graph.hpp"

namespace styler {
namespace {

constexpr int64_t kResidualBlocks = 5;

/// By which the photo is multiplied once it is normalised, before it is added.
constexpr const char* kPhotoScale = "photo.scale";
constexpr const char* kLastBias = "last.bias";
/// Of a network of another program: what it takes of a style.
constexpr const char* kStyleNumbers = "style";
/// Of photos by and large: the mean of ImageNet's.
constexpr double kUsualColour = 0.45;
/// Of a colour's mean from 0 and 1, where no number would stand for it.
constexpr double kLeastMean = 1e-3;
constexpr double kHalfAStep = 0.5 / 255;

/// What adds to a convolution's channels. A norm takes every constant away that stands before it: so a convolution that
/// is followed by one has no bias, and the second norm of a residual block, whose result goes into other convolutions
/// with norms only, no shift.
enum class Behind { Norm, NormWithoutShift, Bias };

struct ConvolutionShape {
  std::string name;
  int64_t in, out, edge;
  Behind behind = Behind::Norm;
};

std::string residual_name(int64_t block, int64_t which) {
  return "residual" + std::to_string(block) + "." + std::to_string(which);
}

std::vector<ConvolutionShape> convolutions_of(GeneratorWidth width, GeneratorForm form = GeneratorForm::Styler) {
  const int64_t edge = form == GeneratorForm::Johnson ? 9 : 5;
  const int64_t full = full_size_channels(width), half = 2 * full, quarter = 4 * full;
  std::vector<ConvolutionShape> result = {
      {"first", 3, full, edge}, {"down1", full, half, 3}, {"down2", half, quarter, 3}};
  for (int64_t block = 1; block <= kResidualBlocks; ++block) {
    result.push_back({residual_name(block, 1), quarter, quarter, 3});
    result.push_back({residual_name(block, 2), quarter, quarter, 3, Behind::NormWithoutShift});
  }
  result.push_back({"up1", quarter, half, 3});
  result.push_back({"up2", half, full, 3});
  result.push_back({"last", full, 3, edge, Behind::Bias});
  return result;
}

std::vector<TensorEntry> expected_tensors(GeneratorWidth width, at::ScalarType dtype,
                                          GeneratorForm form = GeneratorForm::Styler) {
  std::vector<TensorEntry> result;
  for (const ConvolutionShape& convolution : convolutions_of(width, form)) {
    result.push_back(
        {convolution.name + ".weight", dtype, {convolution.out, convolution.in, convolution.edge, convolution.edge}});
    if (convolution.behind != Behind::Bias) result.push_back({convolution.name + ".scale", dtype, {convolution.out}});
    if (convolution.behind == Behind::Norm) result.push_back({convolution.name + ".shift", dtype, {convolution.out}});
    if (convolution.behind == Behind::Bias) result.push_back({convolution.name + ".bias", dtype, {convolution.out}});
  }
  result.push_back({kPhotoScale, dtype, {3}});
  return result;
}

/// What batch norms paint with: those that have a scale, but for the photo's own.
std::vector<TensorEntry> frozen_tensors(GeneratorWidth width, GeneratorNorm norm, at::ScalarType dtype) {
  std::vector<TensorEntry> result;
  if (norm == GeneratorNorm::Instance) return result;
  for (const ConvolutionShape& convolution : convolutions_of(width)) {
    if (convolution.behind == Behind::Bias) continue;
    for (const char* const name : {".mean", ".variance"}) {
      result.push_back({convolution.name + name, dtype, {convolution.out}});
    }
  }
  return result;
}

at::Tensor as_statistic(const at::Tensor& channels) { return channels.view({1, -1, 1, 1}); }

at::Tensor enlarged(const at::Tensor& input) {
  return at::upsample_nearest2d(input, {2 * input.size(2), 2 * input.size(3)});
}

}  // namespace

namespace {

/// 0 for what is blanked, and for the rest so much more than 1 that the mean stays.
at::Tensor dropout_mask(const LearningPass& pass, const at::Tensor& like) {
  STYLER_ASSERT(pass.random != nullptr && pass.dropout < 1);
  const double share = 1 - pass.dropout;
  const at::Tensor on_cpu = at::empty(like.sizes(), at::TensorOptions().dtype(like.scalar_type()));
  return on_cpu.bernoulli_(share, *pass.random).div_(share).to(like.device());
}

}  // namespace

/// Where the norms of one run take their statistics from.
struct Generator::Norms {
  const NormStatistics* given = nullptr;   ///< If none: from the pictures that run,
  NormStatistics* found = nullptr;         ///< from all of them together and written down here, or from each by itself.
  const LearningPass* learning = nullptr;  ///< If none: nothing is dropped.
  size_t next = 0;
};

Generator::Generator(GeneratorWidth width, uint64_t seed, GeneratorNorm norm) : width_(width), norm_(norm) {
  auto random = at::detail::createCPUGenerator(seed);
  for (const TensorEntry& entry : expected_tensors(width, at::kFloat)) {
    const bool is_weight = entry.shape.size() == 4;
    const bool is_scale = entry.name.ends_with(".scale");
    at::Tensor tensor = is_scale ? at::ones(entry.shape, at::kFloat) : at::zeros(entry.shape, at::kFloat);
    if (is_weight && entry.name != "last.weight") {
      const auto inputs = static_cast<double>(entry.shape[1] * entry.shape[2] * entry.shape[3]);
      tensor =
          at::rand(entry.shape, random, at::TensorOptions().dtype(at::kFloat)).mul_(2).sub_(1).div_(std::sqrt(inputs));
    }
    parameters_.emplace_back(entry.name, std::move(tensor));
  }
  for (const TensorEntry& entry : frozen_tensors(width, norm, at::kFloat)) {
    const bool is_mean = entry.name.ends_with(".mean");
    frozen_.emplace_back(entry.name, is_mean ? at::zeros(entry.shape, at::kFloat) : at::ones(entry.shape, at::kFloat));
  }
  parameter(kPhotoScale).zero_();
  begin_with_colour(at::full({3}, kUsualColour));
}

at::Tensor before_logistic(const at::Tensor& photo) { return at::logit(photo, kHalfAStep); }

void Generator::begin_with_colour(const at::Tensor& mean) { parameter(kLastBias).copy_(at::logit(mean, kLeastMean)); }

Generator::Generator(GeneratorWidth width, const std::map<std::string, at::Tensor>& tensors, GeneratorNorm norm,
                     GeneratorForm form)
    : width_(width), norm_(norm), form_(form) {
  const at::ScalarType dtype = tensors.empty() ? at::kFloat : tensors.begin()->second.scalar_type();
  if (dtype != at::kFloat && dtype != at::kDouble) {
    reject(quoted_name(tensors.begin()->first) + " is " + safetensors_type(dtype) + " but must be F32 or F64");
  }
  std::set<std::string> names;
  const auto take = [&](const TensorEntry& entry, NamedTensors& into) {
    const auto found = tensors.find(entry.name);
    if (found == tensors.end()) reject("there is no tensor " + quoted_name(entry.name));
    const at::Tensor& tensor = found->second;
    if (tensor.sizes() != at::IntArrayRef(entry.shape) || tensor.scalar_type() != dtype) {
      reject(quoted_name(entry.name) + " is " + safetensors_type(tensor.scalar_type()) + " " +
             shape_text(tensor.sizes()) + " but must be " + safetensors_type(dtype) + " " + shape_text(entry.shape));
    }
    if (!at::isfinite(tensor).all().item<bool>())
      reject(quoted_name(entry.name) + " holds a number that is not finite");
    if (entry.name.ends_with(".variance") && (tensor < 0).any().item<bool>()) {
      reject(quoted_name(entry.name) + " holds a number below 0");
    }
    into.emplace_back(entry.name, tensor.contiguous());
    names.insert(entry.name);
  };
  for (const TensorEntry& entry : expected_tensors(width, dtype, form)) take(entry, parameters_);
  for (const TensorEntry& entry : frozen_tensors(width, norm, dtype)) take(entry, frozen_);
  for (const auto& [name, tensor] : tensors) {
    if (!names.contains(name))
      reject(quoted_name(name) + " is no tensor of a " + std::string(kGeneratorWidths.word(width)) +
             " generator with " + std::string(kGeneratorNorms.word(norm)) + " norm");
  }
}

Generator::Generator(std::shared_ptr<const PictureGraph> graph, const at::Tensor& style)
    : width_(GeneratorWidth::Tiny),
      norm_(GeneratorNorm::Instance),
      form_(GeneratorForm::Onnx),
      graph_(std::move(graph)),
      parameters_{{kStyleNumbers, style}} {
  if (style.dim() != 1 || style.numel() != graph_->style_numbers() || style.scalar_type() != at::kFloat) {
    reject(quoted_name(kStyleNumbers) + " is " + safetensors_type(style.scalar_type()) + " " +
           shape_text(style.sizes()) + " but must be F32 " + shape_text({graph_->style_numbers()}));
  }
  if (!at::isfinite(style).all().item<bool>()) reject("a style holds a number that is not finite");
}

int64_t Generator::reach() const { return graph_ ? graph_->reach() : kReach; }
int64_t Generator::unit() const { return graph_ ? graph_->unit() : kUnit; }
int64_t Generator::least_edge() const { return graph_ ? PictureGraph::kLeastEdge : kLeastEdge; }

Generator Generator::with_own_style() const {
  Generator result = *this;
  for (auto& [name, tensor] : result.parameters_) {
    tensor = tensor.dim() == 1 ? tensor.detach().clone() : tensor;
  }
  return result;
}

Generator Generator::on(at::Device device) const {
  if (graph_) {
    return {std::make_shared<PictureGraph>(graph_->on(device)), parameters_.front().second.detach().to(device)};
  }
  std::map<std::string, at::Tensor> tensors;
  for (const NamedTensors* const named : {&parameters_, &frozen_}) {
    for (const auto& [name, tensor] : *named) {
      tensors[name] = tensor.detach().to(device, /*non_blocking=*/false, /*copy=*/true);
    }
  }
  Generator result(width_, tensors, norm_, form_);
  result.photo_share_ = photo_share_;
  return result;
}

at::TensorOptions Generator::numbers() const {
  const at::Tensor& first = parameters_.front().second;
  return at::TensorOptions().dtype(first.scalar_type()).device(first.device());
}

at::Tensor Generator::parameter(const std::string& name) const {
  const auto found = std::ranges::find(parameters_, name, &std::pair<std::string, at::Tensor>::first);
  return found == parameters_.end() ? at::Tensor() : found->second;
}

at::Tensor Generator::convolved(const at::Tensor& input, const std::string& name, int64_t stride) const {
  const at::Tensor weight = parameter(name + ".weight");
  const int64_t margin = weight.size(2) / 2;
  return at::conv2d(at::reflection_pad2d(input, {margin, margin, margin, margin}), weight, parameter(name + ".bias"),
                    stride);
}

at::Tensor Generator::normalised(const at::Tensor& input, const std::string& name, Norms& norms, double epsilon) const {
  const at::Tensor scale = parameter(name + ".scale");
  const at::Tensor shift = parameter(name + ".shift");
  if (norms.given == nullptr && norms.found == nullptr) {
    return at::instance_norm(input, scale, shift, {}, {}, /*use_input_stats=*/true, /*momentum=*/0, epsilon,
                             /*cudnn_enabled=*/true);
  }
  if (norms.found != nullptr) {
    const auto [variance, mean] = at::var_mean(input, at::IntArrayRef{0, 2, 3}, /*unbiased=*/false, /*keepdim=*/true);
    norms.found->means.push_back(mean);
    norms.found->variances.push_back(variance);
  }
  const NormStatistics& statistics = norms.found != nullptr ? *norms.found : *norms.given;
  STYLER_ASSERT(norms.next < statistics.means.size());
  const size_t norm = norms.next++;
  const at::Tensor factor = scale.view({1, -1, 1, 1}) * (statistics.variances[norm] + epsilon).rsqrt();
  const at::Tensor scaled = (input - statistics.means[norm]) * factor;
  return shift.defined() ? scaled + shift.view({1, -1, 1, 1}) : scaled;
}

at::Tensor Generator::painted(const at::Tensor& photos, Norms& norms) const {
  STYLER_ASSERT(photos.dim() == 4 && photos.size(1) == 3);
  STYLER_ASSERT(photos.size(2) % kUnit == 0 && photos.size(3) % kUnit == 0);
  STYLER_ASSERT(photos.size(2) >= kLeastEdge && photos.size(3) >= kLeastEdge);
  const auto activated = [&](const at::Tensor& input, const std::string& name, int64_t stride = 1) {
    return at::relu(normalised(convolved(input, name, stride), name, norms, kNormEpsilon));
  };
  Norms each;  // a photo's colours are its own, whatever it is learnt from together with
  const at::Tensor coloured = normalised(photos, "photo", norms.learning != nullptr ? each : norms, kPhotoEpsilon);
  at::Tensor features = activated(photos - 0.5, "first");
  features = activated(features, "down1", 2);
  features = activated(features, "down2", 2);
  for (int64_t block = 1; block <= kResidualBlocks; ++block) {
    const std::string second = residual_name(block, 2);
    at::Tensor inner = activated(features, residual_name(block, 1));
    if (norms.learning != nullptr && norms.learning->dropout > 0) inner = inner * dropout_mask(*norms.learning, inner);
    features = features + normalised(convolved(inner, second, 1), second, norms, kNormEpsilon);
  }
  features = activated(enlarged(features), "up1");
  features = activated(enlarged(features), "up2");
  const at::Tensor sum = coloured + convolved(features, "last", 1);
  if (form_ == GeneratorForm::Johnson) return sum.clamp(0, 1);
  return at::sigmoid(photo_share_ == 0 ? sum : sum + before_logistic(photos) * photo_share_);
}

at::Tensor Generator::run(const at::Tensor& photos) const {
  if (graph_) return graph_->run(photos, parameters_.front().second, {});
  if (norm_ == GeneratorNorm::Batch) {
    const auto [variance, mean] = at::var_mean(photos, at::IntArrayRef{2, 3}, /*unbiased=*/false, /*keepdim=*/true);
    return run(photos, with_frozen(mean, variance));
  }
  Norms each;
  return painted(photos, each);
}

at::Tensor Generator::learn(const at::Tensor& photos, const LearningPass& pass) const {
  STYLER_ASSERT(form_ == GeneratorForm::Styler);
  Norms norms{.found = norm_ == GeneratorNorm::Batch ? pass.found : nullptr, .learning = &pass};
  STYLER_ASSERT(norm_ == GeneratorNorm::Instance || norms.found != nullptr);
  return painted(photos, norms);
}

void Generator::follow(const NormStatistics& found, double share) {
  STYLER_ASSERT(norm_ == GeneratorNorm::Batch && 2 * found.means.size() == frozen_.size());
  const at::NoGradGuard no_grad;
  for (size_t i = 0; i < found.means.size(); ++i) {
    frozen_[2 * i].second.lerp_(found.means[i].detach().view({-1}), share);
    frozen_[2 * i + 1].second.lerp_(found.variances[i].detach().view({-1}), share);
  }
}

NormStatistics Generator::with_frozen(const at::Tensor& mean, const at::Tensor& variance) const {
  NormStatistics result{{mean}, {variance}};
  for (size_t i = 0; i < frozen_.size(); i += 2) {
    result.means.push_back(as_statistic(frozen_[i].second));
    result.variances.push_back(as_statistic(frozen_[i + 1].second));
  }
  return result;
}

at::Tensor Generator::run(const at::Tensor& photos, const NormStatistics& statistics) const {
  if (graph_) return graph_->run(photos, parameters_.front().second, {.given = &statistics});
  Norms norms{.given = &statistics};
  return painted(photos, norms);
}

NormStatistics Generator::statistics(const at::Tensor& photos) const {
  if (norm_ == GeneratorNorm::Batch) {
    const auto [variance, mean] = at::var_mean(photos, at::IntArrayRef{0, 2, 3}, /*unbiased=*/false, /*keepdim=*/true);
    return with_frozen(mean, variance);
  }
  NormStatistics result;
  if (graph_) {
    graph_->run(photos, parameters_.front().second, {.found = &result});
    return result;
  }
  Norms norms{.found = &result};
  painted(photos, norms);
  return result;
}

}  // namespace styler
