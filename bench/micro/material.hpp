#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "styler/core/network/features.hpp"
#include "styler/core/network/vgg19_weights.hpp"
#include "styler/options/scales.hpp"

namespace bench {

/// Who does the work: kernels of ours, or LibTorch's operators.
enum class Maker { Kernels, LibTorch };

/// One way to compute, as it stands in a benchmark's name.
struct Way {
  Maker maker;
  at::ScalarType dtype;

  std::string precision() const { return dtype == at::kFloat ? "fp32" : "bf16"; }
  /// `fp32/kernels`
  std::string name() const { return precision() + (maker == Maker::Kernels ? "/kernels" : "/libtorch"); }
};

/// fp32 and, where the processor multiplies it natively, bf16.
std::vector<at::ScalarType> dtypes();
/// Those, by our kernels where this processor has some, and by LibTorch.
std::vector<Way> ways();

/// Gives BLAS the program's threads, which set_threads takes from it in favour of our kernels, as long as this lives:
/// what is compared with shall be as fast as it can.
class BlasThreadsFor {
 public:
  explicit BlasThreadsFor(Maker maker);
  ~BlasThreadsFor();
  BlasThreadsFor(const BlasThreadsFor&) = delete;
  BlasThreadsFor& operator=(const BlasThreadsFor&) = delete;

 private:
  Maker maker_;
};

/// A picture's size at 4:3.
styler::Size size_of(int64_t long_edge);

/// Standard normal values, float32, the same for the same seed.
at::Tensor noise(at::IntArrayRef sizes, uint64_t seed);
/// Smooth colours with some grain, as photos have: [1, 3, H, W], float32, in [0, 1].
at::Tensor picture(styler::Size size, uint64_t seed);

/// $STYLER_WEIGHTS, or models/ of the checkout; empty when there is no file.
std::filesystem::path weights_file();
/// Reads that file, or makes up weights of the same shapes from a seed: the same work.
styler::VggWeights read_weights();
/// VGG19 as deep as the default objective wants it; made once and kept.
const styler::FeatureExtractor& network(const Way& way);
/// The same, made anew.
std::unique_ptr<styler::FeatureExtractor> make_network(const Way& way, const styler::VggWeights& weights);

}  // namespace bench
