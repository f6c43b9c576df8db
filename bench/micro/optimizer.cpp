// One step of L-BFGS with a full history.
#include "styler/core/optimizer/optimizer.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include "micro/benchmarks.hpp"
#include "micro/material.hpp"

namespace bench {
namespace {

void lbfgs_step(benchmark::State& state, styler::Size size) {
  styler::OptimizerOptions options;
  options.history_size = 20;
  const auto optimizer = styler::make_optimizer(options);

  // Half the sum of curvature·x², whose gradient costs next to nothing.
  const at::Tensor curvature = noise({1, 3, size.height, size.width}, /*seed=*/1).square() + 0.1;
  at::Tensor x = noise({1, 3, size.height, size.width}, /*seed=*/2);
  for (int64_t i = 0; i <= options.history_size; ++i) optimizer->step(x, /*loss=*/0, curvature * x);

  // The same step each time, with a memory that comes from elsewhere, as after an evaluation.
  styler::OptimizerState full = optimizer->state();
  for (auto& [name, tensor] : full) tensor = tensor.clone();
  const at::Tensor start = x.clone();
  const at::Tensor gradient = curvature * start;
  for (auto _ : state) {
    state.PauseTiming();
    optimizer->restore(full);
    x.copy_(start);
    state.ResumeTiming();
    optimizer->step(x, /*loss=*/0, gradient);
  }
}

}  // namespace

void add_optimizer_steps() {
  for (const int64_t long_edge : {256, 512}) {
    add("lbfgs_step/history_20/" + std::to_string(long_edge),
        [=](benchmark::State& state) { lbfgs_step(state, size_of(long_edge)); });
  }
}

}  // namespace bench
