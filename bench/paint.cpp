// styler_paint: one run on a machine that has LibTorch and nothing else. bench/README.md tells how to use it.
#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include "paint_options.hpp"
#ifdef STYLER_WITH_CUDA
#include <c10/cuda/CUDACachingAllocator.h>
#endif

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "micro/material.hpp"
#include "styler/base/error.hpp"
#include "styler/base/version.hpp"
#include "styler/core/compute/device.hpp"
#include "styler/core/network/vgg19.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/stylizer.hpp"

namespace bench {
namespace {

constexpr int kUsageError = 2;
/// Of what a GPU has free, as the program takes.
constexpr double kUsablePart = 0.85;

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

at::Tensor read_ppm(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string magic;
  int64_t width = 0;
  int64_t height = 0;
  int white = 0;
  stream >> magic >> width >> height >> white;
  stream.get();
  const std::vector<char> bytes(std::istreambuf_iterator<char>(stream), {});
  if (magic != "P6" || white != 255 || static_cast<int64_t>(bytes.size()) != 3 * width * height) {
    throw std::runtime_error(file.string() + " is no 8-bit PPM");
  }
  const at::Tensor pixels = at::empty({height, width, 3}, at::kByte);
  std::copy(bytes.begin(), bytes.end(), static_cast<char*>(pixels.data_ptr()));
  return pixels.to(at::kFloat).div_(255).permute({2, 0, 1}).unsqueeze(0).contiguous();
}

void write_ppm(const at::Tensor& picture, const std::filesystem::path& file) {
  const at::Tensor bytes = (picture * 255).round_().to(at::kByte).squeeze(0).permute({1, 2, 0}).contiguous();
  std::ofstream stream(file, std::ios::binary);
  stream << "P6\n" << bytes.size(1) << ' ' << bytes.size(0) << "\n255\n";
  stream.write(static_cast<const char*>(bytes.data_ptr()), bytes.numel());
  if (!stream.flush()) throw std::runtime_error(file.string() + " can't be written");
}

/// What LibTorch had taken of a GPU's memory, at most; 0 on the CPU.
int64_t peak_bytes([[maybe_unused]] const styler::ComputeDevice& device) {
#ifdef STYLER_WITH_CUDA
  if (device.device.is_cuda()) {
    constexpr size_t kAggregate = 0;
    return c10::cuda::CUDACachingAllocator::getDeviceStats(device.device.index()).reserved_bytes[kAggregate].peak;
  }
#endif
  return 0;
}

/// Keeps the losses, and when each was there.
struct Stopwatch : styler::Observer {
  void on_scale(const styler::ScaleEvent& event) override { plan = event.plan; }
  styler::Control on_iteration(const styler::IterationEvent& event) override {
    losses.push_back(event.loss.total);
    times.push_back(seconds_since(start));
    return styler::Control::Continue;
  }
  void on_warning(const std::string& sentence) override { std::fprintf(stderr, "%s\n", sentence.c_str()); }

  /// The median time between two evaluations of the last scale, but for the first ones, which find memory and kernels.
  double seconds_per_evaluation(int64_t iterations) const {
    constexpr int64_t kWarmUp = 2;
    std::vector<double> each;
    const auto count = static_cast<int64_t>(times.size());
    for (int64_t i = std::max<int64_t>(1, count - iterations + kWarmUp + 1); i < count; ++i) {
      each.push_back(times[static_cast<size_t>(i)] - times[static_cast<size_t>(i - 1)]);
    }
    if (each.empty()) return 0;
    std::sort(each.begin(), each.end());
    return each[each.size() / 2];
  }

  Clock::time_point start = Clock::now();
  styler::MemoryPlan plan;  ///< Of the last scale.
  std::vector<double> losses, times;
};

std::string list_text(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) {
    char number[32];
    std::snprintf(number, sizeof number, "%s%.9g", text.empty() ? "" : ", ", value);
    text += number;
  }
  return "[" + text + "]";
}

void run(const PaintOptions& options) {
  const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  styler::set_threads(options.device.threads > 0 ? options.device.threads : cores);
  at::globalContext().setAllowTF32CuDNN(options.tf32);
  at::globalContext().setBenchmarkCuDNN(options.search_kernels);
  const styler::ComputeDevice device = resolve_device(options.device);
  const styler::ObjectiveOptions& objective = options.stylize.objective;

  const Clock::time_point start = Clock::now();
  const auto network = make_vgg19(read_weights(), objective.layers(), styler::Pooling::Max, device, objective.padding);
  const auto from = [&](const std::filesystem::path& file, uint64_t seed) {
    return file.empty() ? picture(size_of(options.stylize.schedule.size), seed) : read_ppm(file);
  };
  styler::StylizeInput input;
  input.content.colour = from(options.content, 1);
  input.styles = {{{from(options.style, 2), {}}}};
  styler::MemoryBudget budget;
  if (const auto free = free_gpu_memory(device)) {
    budget.limit_bytes = static_cast<int64_t>(kUsablePart * static_cast<double>(*free));
  }
  if (options.stylize.memory.limit_bytes > 0) budget.limit_bytes = options.stylize.memory.limit_bytes;

  Stopwatch stopwatch;
  const styler::StylizeResult result = stylize(*network, device, input, options.stylize, stopwatch, budget);
  const double seconds = seconds_since(stopwatch.start);
  const double all = seconds_since(start);
  if (!options.output.empty()) write_ppm(result.picture.colour, options.output);

  const styler::Size size = styler::picture_size(result.picture.colour);
  std::printf(
      "{\"device\": \"%s\", \"precision\": \"%s\", \"tf32\": %d, \"width\": %lld, \"height\": %lld, "
      "\"seconds_per_evaluation\": %.6f, \"run_seconds\": %.3f, \"all_seconds\": %.3f, \"peak_bytes\": %lld, "
      "\"predicted_bytes\": %lld, \"tiles\": \"%s\", \"history\": \"%s\", \"stopped\": %s, "
      "\"final_loss\": %.9g, \"saved_loss\": %.9g, \"losses\": %s}\n",
      device.device_name().c_str(), device.precision_name().c_str(), options.tf32 ? 1 : 0,
      static_cast<long long>(size.width), static_cast<long long>(size.height),
      stopwatch.seconds_per_evaluation(options.stylize.schedule.iterations), seconds, all,
      static_cast<long long>(peak_bytes(device)), static_cast<long long>(stopwatch.plan.predicted_bytes),
      styler::tiling_text(stopwatch.plan).c_str(), styler::history_text(stopwatch.plan).c_str(),
      result.stopped ? "true" : "false", result.scales.back().summary.final_loss, result.saved_loss.total,
      list_text(stopwatch.losses).c_str());
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "--help") {
    std::puts(bench::paint_help());
    return 0;
  }
  try {
    bench::run(bench::parse_paint_options(argc, argv));
    return 0;
  } catch (const styler::Error& e) {
    std::fprintf(stderr, "styler_paint: %s\n", e.what());
    return e.code() == styler::ErrorCode::InvalidArgument ? bench::kUsageError : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "styler_paint: %s\n", e.what());
    return 1;
  }
}
