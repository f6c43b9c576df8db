#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "styler/core/generator/generator.hpp"

namespace styler {

struct CpuKernels;

/// A generator on kernels of ours, in float32 or bfloat16 (weights, norms and sums in float32), with a way back that
/// gives all parameters' gradients. The same pictures and gradients as Generator's but for rounding, and the same
/// bytes for any number of threads. Not for two threads at a time.
class FastGenerator {
 public:
  /// \param generator  float32, on the CPU; its parameters are read by each pack(), so they may be stepped on.
  /// \param kernels    for elements of `dtype`, float32 or bfloat16.
  FastGenerator(const Generator& generator, at::ScalarType dtype, const CpuKernels& kernels);
  ~FastGenerator();
  FastGenerator(FastGenerator&&) noexcept;
  FastGenerator& operator=(FastGenerator&&) noexcept;

  /// After a change of the parameters.
  void pack();

  /// As Generator's; at first it is the generator's own.
  void keep_of_photo(double share);

  /// Like Generator's, on photos in float32.
  at::Tensor run(const at::Tensor& photos);
  at::Tensor run(const at::Tensor& photos, const NormStatistics& statistics);
  NormStatistics statistics(const at::Tensor& photos);

  /// run() of photos, which remembers what the way back needs. Only of a generator with instance norm: batch norms
  /// learn otherwise than they paint.
  at::Tensor forward(const at::Tensor& photos);
  /// \param gradient  with respect to the pictures of the last forward(), which are forgotten then.
  /// \return          All parameters' gradients one behind the other, in the order of Generator::parameters(), summed
  ///                  over the pictures.
  /// \param with_weights  whether those of convolutions' weights are wanted; else they are 0, which takes less time.
  at::Tensor backward(const at::Tensor& gradient, bool with_weights = true);

 private:
  class Network;
  Generator generator_;  ///< Shares its tensors.
  std::unique_ptr<Network> network_;
};

/// The fastest that there is for a generator on this processor: none for one of others' form or that is not float32, or
/// where no kernels are.
std::unique_ptr<FastGenerator> make_fast_generator(const Generator& generator, at::ScalarType dtype);

}  // namespace styler
