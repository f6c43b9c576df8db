// One evaluation of the objective, forward and backward: nearly all of a run's time is these.
#include <ATen/core/Tensor.h>

#include <utility>
#include <vector>

#include "micro/benchmarks.hpp"
#include "micro/material.hpp"
#include "styler/core/compute/device.hpp"
#include "styler/core/loss/objective.hpp"
#include "styler/core/network/vgg19.hpp"

namespace bench {
namespace {

void evaluate(benchmark::State& state, const Way& way, styler::Size size) {
  const BlasThreadsFor blas(way.maker);
  const styler::FeatureExtractor& vgg19 = network(way);
  const styler::ObjectiveOptions options;
  const styler::Objective objective(vgg19, options, {picture(size, /*seed=*/1), {}},
                                    {{compute_style_targets(vgg19, options, {picture(size, /*seed=*/2), {}})}});
  const at::Tensor iterate = picture(size, /*seed=*/3);
  objective.evaluate(iterate);  // the first of a size pays for memory that all others use
  for (auto _ : state) objective.evaluate(iterate);
}

/// Nothing where no GPU answers.
std::vector<styler::ComputeDevice> gpus() {
  std::vector<styler::ComputeDevice> result;
  for (const styler::Precision precision : {styler::Precision::Fp32, styler::Precision::Bf16}) {
    styler::ComputeDevice device = styler::resolve_device({"auto", precision, 0});
    if (!device.device.is_cpu()) result.push_back(std::move(device));
  }
  return result;
}

void evaluate_on(benchmark::State& state, const styler::ComputeDevice& device, styler::Size size) {
  const styler::ObjectiveOptions options;
  const auto vgg19 = make_vgg19(read_weights(), options.layers(), styler::Pooling::Max, device, options.padding);
  const auto on_device = [&](uint64_t seed) { return picture(size, seed).to(device.device); };
  const styler::Objective objective(*vgg19, options, {on_device(1), {}},
                                    {{compute_style_targets(*vgg19, options, {on_device(2), {}})}});
  const at::Tensor iterate = on_device(3);
  // The sum waits for the gradient, which is all that a GPU has not done when it hands it out.
  const auto run = [&] { return objective.evaluate(iterate).gradient.sum().item<double>(); };
  run();
  for (auto _ : state) benchmark::DoNotOptimize(run());
}

}  // namespace

void add_evaluations() {
  for (const Way& way : ways()) {
    for (const int64_t long_edge : {128, 256, 512}) {
      add("evaluation/" + way.name() + "/" + std::to_string(long_edge),
          [=](benchmark::State& state) { evaluate(state, way, size_of(long_edge)); });
    }
  }
  for (const styler::ComputeDevice& device : gpus()) {
    for (const int64_t long_edge : {512, 1024, 2048}) {
      add("evaluation/" + device.precision_name() + "/gpu/" + std::to_string(long_edge),
          [=](benchmark::State& state) { evaluate_on(state, device, size_of(long_edge)); });
    }
  }
}

}  // namespace bench
