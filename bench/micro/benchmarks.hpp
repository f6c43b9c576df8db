#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace bench {

/// Each hands the benchmarks of one thing to Google Benchmark. Called after set_threads; nothing heavy happens before a
/// benchmark is picked to run.
void add_evaluations();
void add_convolutions();
void add_gram_matrices();
void add_optimizer_steps();
void add_start_up();
void add_pictures();  ///< Only where the program is built with pictures.

/// By the wall clock: the work is spread over threads that Google Benchmark does not know.
/// \param body  `void(benchmark::State&)`
template <typename Body>
void add(const std::string& name, Body body) {
  benchmark::RegisterBenchmark(name.c_str(), std::move(body))
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond)
      // Of repetitions: what else the machine does only ever adds.
      ->ComputeStatistics("min", [](const std::vector<double>& values) { return std::ranges::min(values); });
}

}  // namespace bench
