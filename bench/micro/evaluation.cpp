// One evaluation of the objective, forward and backward: nearly all of a run's time is these.
#include "micro/benchmarks.hpp"
#include "micro/material.hpp"
#include "styler/core/loss/objective.hpp"

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

}  // namespace

void add_evaluations() {
  for (const Way& way : ways()) {
    for (const int64_t long_edge : {128, 256, 512}) {
      add("evaluation/" + way.name() + "/" + std::to_string(long_edge),
          [=](benchmark::State& state) { evaluate(state, way, size_of(long_edge)); });
    }
  }
}

}  // namespace bench
