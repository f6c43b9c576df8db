// styler_bench: how long the parts of Styler take. bench/README.md tells how to use it.
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <benchmark/benchmark.h>

#include <cstdio>
#include <exception>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "micro/benchmarks.hpp"
#include "micro/material.hpp"
#include "styler/app/host/cores.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/version.hpp"
#include "styler/core/compute/device.hpp"
#include "styler/core/kernels/cpu_kernels.hpp"

namespace {

constexpr int kUsageError = 2;
constexpr std::string_view kThreads = "--threads=";

/// Takes `--threads=N` out of the arguments; all others are Google Benchmark's.
int take_threads(std::vector<char*>& arguments) {
  styler::DeviceOptions options;
  std::vector<char*> others;
  for (char* const argument : arguments) {
    const std::string_view text = argument;
    if (!text.starts_with(kThreads)) {
      others.push_back(argument);
      continue;
    }
    const std::string value(text.substr(kThreads.size()));
    const auto count = styler::parse_whole(value);
    if (!count || *count < 1 || *count > std::numeric_limits<int>::max()) {
      throw styler::Error(styler::ErrorCode::InvalidArgument,
                          "--threads is '" + value +
                              "' but must be a whole number from 1 up; leave it out for one "
                              "thread on each physical core");
    }
    options.threads = static_cast<int>(*count);
  }
  options.validate();
  arguments = std::move(others);
  return options.threads > 0 ? options.threads : styler::app::usable_physical_cores();
}

std::string kernels_for(at::ScalarType dtype) {
  const auto kernels = styler::cpu_kernels(dtype);
  return kernels.empty() ? "none for this processor" : kernels.front()->instruction_set;
}

/// What the figures depend on, for whoever reads them later.
void describe(int threads) {
  benchmark::AddCustomContext("threads", std::to_string(threads));
  benchmark::AddCustomContext("LibTorch", styler::libtorch_version());
  benchmark::AddCustomContext("kernels, fp32", kernels_for(at::kFloat));
  benchmark::AddCustomContext("kernels, bf16", kernels_for(at::kBFloat16));
  const std::string file = bench::weights_file().string();
  benchmark::AddCustomContext("weights", file.empty() ? "made up, since there is no file" : file);
}

void add_all() {
  bench::add_evaluations();
  bench::add_convolutions();
  bench::add_gram_matrices();
  bench::add_optimizer_steps();
#ifdef STYLER_BENCH_PICTURES
  bench::add_pictures();
#endif
  bench::add_start_up();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    std::vector<char*> arguments(argv, argv + argc);
    if (argc > 1 && std::string_view(argv[1]) == "--help") {
      std::puts(
          "styler_bench [--threads=N] [option]...: N threads (all physical cores), and Google Benchmark's options:");
    }
    const int threads = take_threads(arguments);
    int count = static_cast<int>(arguments.size());
    benchmark::Initialize(&count, arguments.data());
    if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return kUsageError;

    styler::set_threads(threads);
    const at::NoGradGuard no_grad;
    describe(threads);
    add_all();
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
  } catch (const styler::Error& e) {
    std::fprintf(stderr, "styler_bench: %s\n", e.what());
    return e.code() == styler::ErrorCode::InvalidArgument ? kUsageError : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "styler_bench: %s\n", e.what());
    return 1;
  }
}
