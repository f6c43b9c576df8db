#include "styler/core/metrics/networks/perceptual_distance.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>

#include <numeric>
#include <string>
#include <utility>

#include "styler/base/error.hpp"

namespace styler {
namespace {

constexpr double kTiny = 1e-10;  // beside a length, as the package has it

at::Tensor of_length_one(const at::Tensor& features) {
  return features / (features.square().sum(1, /*keepdim=*/true).sqrt() + kTiny);
}

NetworkForm learnt_form(TrunkKind kind, std::string name, std::string title, std::string install) {
  NetworkForm form{std::move(name), std::move(title), std::move(install), {}};
  const std::vector<int64_t>& channels = PerceptualTrunk::channels(kind);
  for (size_t i = 0; i < channels.size(); ++i) {
    form.tensors.push_back({"lin" + std::to_string(i) + ".model.1.weight", at::kFloat, {1, channels[i], 1, 1}});
  }
  return form;
}

}  // namespace

double layer_difference(const at::Tensor& a, const at::Tensor& b, const at::Tensor& weights) {
  STYLER_ASSERT(a.sizes() == b.sizes());
  const at::Tensor squares = (of_length_one(a) - of_length_one(b)).square();
  return (weights.defined() ? squares * weights : squares).sum(1).mean(at::kDouble).item<double>();
}

const NetworkForm& PerceptualDistance::form(TrunkKind kind) {
  static const NetworkForm alex =
      learnt_form(TrunkKind::Alex, "lpips-alex", "LPIPS' weights for AlexNet", "styler weights import alex.pth");
  static const NetworkForm vgg =
      learnt_form(TrunkKind::Vgg, "lpips-vgg", "LPIPS' weights for VGG16", "styler weights import vgg.pth");
  static const NetworkForm squeeze = learnt_form(TrunkKind::Squeeze, "lpips-squeeze", "LPIPS' weights for SqueezeNet",
                                                 "styler weights import squeeze.pth");
  return of_kind(kind, alex, vgg, squeeze);
}

PerceptualDistance::PerceptualDistance(TrunkKind kind, const NetworkWeights& trunk, const NetworkWeights& learnt,
                                       const at::Device& device)
    : trunk_(kind, trunk, device) {
  STYLER_ASSERT(learnt.tensors.size() == PerceptualTrunk::channels(kind).size());
  for (const auto& [name, tensor] : learnt.tensors) learnt_.push_back(tensor.to(device));
}

std::vector<double> PerceptualDistance::by_layer(const at::Tensor& a, const at::Tensor& b) const {
  const at::NoGradGuard no_grad;
  const std::vector<at::Tensor> of_a = trunk_.layers(a);
  const std::vector<at::Tensor> of_b = trunk_.layers(b);
  std::vector<double> differences;
  differences.reserve(of_a.size());
  for (size_t i = 0; i < of_a.size(); ++i) differences.push_back(layer_difference(of_a[i], of_b[i], learnt_[i]));
  return differences;
}

double PerceptualDistance::between(const at::Tensor& a, const at::Tensor& b) const {
  const std::vector<double> differences = by_layer(a, b);
  return std::accumulate(differences.begin(), differences.end(), 0.0);
}

}  // namespace styler
