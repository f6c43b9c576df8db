#include "styler/core/network/batch.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/kernels/samples.hpp"

namespace styler {
namespace {

at::Tensor joined(const std::vector<at::Tensor>& samples) {
  return at::cat(samples).contiguous(samples.front().suggest_memory_format());
}

at::Tensor copy_of_sample(const at::Tensor& batch, int64_t sample) {
  return batch.defined() ? batch.narrow(0, sample, 1).clone(batch.suggest_memory_format()) : batch;
}

/// Asks for each layer's gradient once, whatever the number of pictures.
at::Tensor pulled_back(const std::vector<PullBack>& pull_backs, size_t layers, const FeatureGradients& gradients,
                       const at::Tensor& output_gradient) {
  std::vector<std::optional<at::Tensor>> asked(layers);
  std::vector<at::Tensor> result;
  for (size_t i = 0; i < pull_backs.size(); ++i) {
    const auto sample = static_cast<int64_t>(i);
    const FeatureGradients of_sample = [&](size_t layer) {
      if (!asked[layer]) asked[layer] = gradients(layer);
      return copy_of_sample(*asked[layer], sample);
    };
    result.push_back(pull_backs[i](of_sample, copy_of_sample(output_gradient, sample)));
  }
  return joined(result);
}

}  // namespace

FeaturePass pass_of_each(const at::Tensor& batch, const std::function<FeaturePass(const at::Tensor&)>& pass_of) {
  STYLER_ASSERT(batch.dim() == 4 && batch.size(0) >= 1);
  std::vector<std::vector<at::Tensor>> features;
  std::vector<at::Tensor> outputs;
  std::vector<PullBack> pull_backs;
  for (const at::Tensor& sample : samples_of(batch)) {
    FeaturePass pass = pass_of(sample);
    features.resize(pass.features.size());
    for (size_t layer = 0; layer < features.size(); ++layer) {
      if (pass.features[layer].defined()) features[layer].push_back(std::move(pass.features[layer]));
    }
    if (pass.output.defined()) outputs.push_back(std::move(pass.output));
    if (pass.pull_back) pull_backs.push_back(std::move(pass.pull_back));
  }
  FeaturePass result;
  for (const std::vector<at::Tensor>& layer : features) {
    result.features.push_back(layer.empty() ? at::Tensor() : joined(layer));
  }
  if (!outputs.empty()) result.output = joined(outputs);
  if (pull_backs.empty()) return result;
  result.pull_back = [pull_backs = std::move(pull_backs), layers = features.size()](const FeatureGradients& gradients,
                                                                                    const at::Tensor& output_gradient) {
    return pulled_back(pull_backs, layers, gradients, output_gradient);
  };
  return result;
}

}  // namespace styler
