// The convolutions of VGG19 at 512×384 px, by memory layout and by Winograd's filtering, each way.
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/convolution_backward.h>

#include "micro/benchmarks.hpp"
#include "micro/material.hpp"
#include "styler/core/kernels/cpu_kernels.hpp"
#include "styler/core/kernels/winograd.hpp"
#include "styler/options/network/layer.hpp"

namespace bench {
namespace {

/// A layer with as many channels coming in as going out.
struct Shape {
  const char* layer;
  int64_t channels;
};
constexpr Shape kShapes[] = {{"conv1_2", 64}, {"conv2_2", 128}, {"conv3_2", 256}, {"conv4_2", 512}};

struct Operands {
  at::Tensor input, kernel, bias;  ///< float32; the input has the layer's size.
};

Operands operands_of(const Shape& shape) {
  const styler::Size size = size_of(512);
  const int64_t stride = styler::Layer::parse(shape.layer).stride();
  return {noise({1, shape.channels, size.height / stride, size.width / stride}, /*seed=*/1).relu(),
          noise({shape.channels, shape.channels, 3, 3}, /*seed=*/2) * 0.01, noise({shape.channels}, /*seed=*/3)};
}

/// Multiplications and additions of the convolution as it is defined. Winograd's does with fewer: its rate is to be
/// compared with the others', not with what the processor can do.
void count_operations(benchmark::State& state, const at::Tensor& input) {
  const auto products = static_cast<double>(9 * input.numel() * input.size(1));
  state.counters["direct FLOP/s"] =
      benchmark::Counter(2 * products, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

void libtorch(benchmark::State& state, const Shape& shape, at::ScalarType dtype, at::MemoryFormat layout,
              bool backward) {
  const BlasThreadsFor blas(Maker::LibTorch);
  const Operands operands = operands_of(shape);
  const at::Tensor input = operands.input.to(dtype).contiguous(layout);
  const at::Tensor kernel = operands.kernel.to(dtype).contiguous(layout);
  const at::Tensor bias = operands.bias.to(dtype);
  const auto run = [&] {
    if (!backward) return at::conv2d(input, kernel, bias, /*stride=*/1, /*padding=*/1);
    return std::get<0>(at::convolution_backward(input, input, kernel, /*bias_sizes=*/c10::nullopt, /*stride=*/{1, 1},
                                                /*padding=*/{1, 1}, /*dilation=*/{1, 1}, /*transposed=*/false,
                                                /*output_padding=*/{0, 0}, /*groups=*/1,
                                                /*output_mask=*/{true, false, false}));
  };
  run();
  for (auto _ : state) run();
  count_operations(state, input);
}

void winograd(benchmark::State& state, const Shape& shape, at::ScalarType dtype, bool backward) {
  const Operands operands = operands_of(shape);
  const styler::WinogradConvolution convolution(operands.kernel, operands.bias, dtype,
                                                *styler::cpu_kernels(dtype).front());
  const at::Tensor input = operands.input.to(dtype).contiguous(at::MemoryFormat::ChannelsLast);
  styler::BufferPool pool;
  const auto run = [&] {
    return backward ? convolution.input_gradient(input, /*addend=*/{}, pool)
                    : convolution.forward(input, /*relu=*/false, pool);
  };
  run();
  for (auto _ : state) run();
  count_operations(state, input);
}

}  // namespace

void add_convolutions() {
  for (const at::ScalarType dtype : dtypes()) {
    const std::string precision = dtype == at::kFloat ? "fp32" : "bf16";
    for (const bool backward : {false, true}) {
      const std::string direction = backward ? "backward" : "forward";
      for (const Shape& shape : kShapes) {
        const auto name = [&](const char* kind) {
          std::string text = "convolution_";
          text.append(direction).append("/").append(precision).append("/").append(kind).append("/").append(shape.layer);
          return text;
        };
        const auto add_libtorch = [&](const char* kind, at::MemoryFormat layout) {
          add(name(kind), [=](benchmark::State& state) { libtorch(state, shape, dtype, layout, backward); });
        };
        if (!styler::cpu_kernels(dtype).empty()) {
          add(name("winograd"), [=](benchmark::State& state) { winograd(state, shape, dtype, backward); });
        }
        add_libtorch("libtorch_channels_last", at::MemoryFormat::ChannelsLast);
        add_libtorch("libtorch_nchw", at::MemoryFormat::Contiguous);
      }
    }
  }
}

}  // namespace bench
