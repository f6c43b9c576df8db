// From the file of weights to a network that can be evaluated.
#include "micro/benchmarks.hpp"
#include "micro/material.hpp"
#include "styler/core/network/features.hpp"

namespace bench {

void add_start_up() {
  for (const Way& way : ways()) {
    add("start_up/" + way.name(), [=](benchmark::State& state) {
      const bool from_file = !weights_file().empty();
      const styler::VggWeights kept = read_weights();  // and now the file is in the system's cache
      for (auto _ : state) make_network(way, from_file ? read_weights() : kept);
    });
  }
}

}  // namespace bench
