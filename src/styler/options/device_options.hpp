#pragma once

#include <string>

namespace styler {

/// Where and how precisely to compute, as it was asked for.
struct DeviceOptions {
  /// `auto`, `cpu`, `cuda` or `cuda:N`. `auto` takes CUDA when LibTorch has it and a GPU answers.
  std::string device = "auto";
  /// `auto`, `fp32` or `bf16`: the precision inside the network. Pictures, losses and the optimiser are float32 always.
  /// `auto` takes bf16 only where the processor multiplies bfloat16 natively (AVX512-BF16, AMX, or a GPU of compute
  /// capability 8.0 and above). design.md's measurement: the loss after 300 evaluations differs by less than 0.5 %.
  std::string precision = "auto";
  /// Threads for the CPU; 0 leaves the choice to the caller of set_threads (the command line takes the physical cores).
  int threads = 0;

  /// \throws Error{InvalidArgument} naming the field, its value and the constraint.
  void validate() const;
};

}  // namespace styler
