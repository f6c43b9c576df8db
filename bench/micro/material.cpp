#include "micro/material.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/randn.h>
#include <dlfcn.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <memory>
#include <system_error>

#include "styler/core/compute/device.hpp"
#include "styler/core/kernels/cpu_kernels.hpp"
#include "styler/core/loss/objective.hpp"
#include "styler/core/network/vgg19.hpp"

namespace bench {
namespace {

namespace fs = std::filesystem;

/// Keeps the size of the features from layer to layer (He et al. 2015), so that no number is out of the ordinary.
double he_gain(int64_t in_channels) { return std::sqrt(2.0 / static_cast<double>(9 * in_channels)); }

styler::VggWeights made_up_weights() {
  styler::VggWeights weights;
  weights.convention = styler::InputConvention::torchvision();
  for (int i = 0; i < styler::kVggConvolutions; ++i) {
    const auto [in, out] = styler::vgg_channels(i);
    const auto seed = static_cast<uint64_t>(i);
    weights.convolutions.push_back({noise({out, in, 3, 3}, seed) * he_gain(in), noise({out}, seed + 100) * 0.1});
  }
  return weights;
}

void set_blas_threads(int count) {
  using SetThreads = void (*)(int);
  if (const auto set = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) set(count);
}

}  // namespace

std::vector<at::ScalarType> dtypes() {
  std::vector<at::ScalarType> result{at::kFloat};
  if (styler::cpu_has_native_bf16()) result.push_back(at::kBFloat16);
  return result;
}

std::vector<Way> ways() {
  std::vector<Way> result;
  for (const at::ScalarType dtype : dtypes()) {
    if (!styler::cpu_kernels(dtype).empty()) result.push_back({Maker::Kernels, dtype});
    result.push_back({Maker::LibTorch, dtype});
  }
  return result;
}

BlasThreadsFor::BlasThreadsFor(Maker maker) : maker_(maker) {
  if (maker_ == Maker::LibTorch) set_blas_threads(at::get_num_threads());
}

BlasThreadsFor::~BlasThreadsFor() {
  if (maker_ == Maker::LibTorch) styler::set_threads(at::get_num_threads());
}

styler::Size size_of(int64_t long_edge) { return {long_edge * 3 / 4, long_edge}; }

at::Tensor noise(at::IntArrayRef sizes, uint64_t seed) {
  return at::randn(sizes, at::detail::createCPUGenerator(seed), at::TensorOptions().dtype(at::kFloat));
}

at::Tensor picture(styler::Size size, uint64_t seed) {
  const at::Tensor y = at::linspace(0, 1, size.height, at::kFloat).view({1, 1, -1, 1});
  const at::Tensor x = at::linspace(0, 1, size.width, at::kFloat).view({1, 1, 1, -1});
  const auto phase = static_cast<double>(seed);
  const at::Tensor red = (5 * x + 3 * y + phase).sin();
  const at::Tensor green = (8 * y - 4 * x + 2 * phase).cos();
  const at::Tensor blue = (7 * x * y + 3 * phase).sin();
  const at::Tensor smooth = at::cat({red, green, blue}, 1) * 0.4 + 0.5;
  return (smooth + 0.02 * noise({1, 3, size.height, size.width}, seed)).clamp(0, 1);
}

fs::path weights_file() {
  const char* const variable = std::getenv("STYLER_WEIGHTS");
  const fs::path file = variable != nullptr && *variable != '\0' ? variable : STYLER_CHECKOUT_WEIGHTS;
  std::error_code problem;
  return fs::is_regular_file(file, problem) ? file : fs::path();
}

styler::VggWeights read_weights() {
  const fs::path file = weights_file();
  return file.empty() ? made_up_weights() : styler::load_weights(file);
}

std::unique_ptr<styler::FeatureExtractor> make_network(const Way& way, const styler::VggWeights& weights) {
  styler::ComputeDevice device;
  device.network_dtype = way.dtype;
  const auto make = way.maker == Maker::Kernels ? styler::make_vgg19 : styler::make_reference_vgg19;
  return make(weights, styler::ObjectiveOptions().layers(), styler::Pooling::Max, device,
              styler::ObjectiveOptions().padding);
}

const styler::FeatureExtractor& network(const Way& way) {
  static std::map<std::string, std::unique_ptr<styler::FeatureExtractor>> networks;
  auto& network = networks[way.name()];
  if (!network) network = make_network(way, read_weights());
  return *network;
}

}  // namespace bench
