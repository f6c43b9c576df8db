#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/network/vgg19_weights.hpp"
#include "support/temp_folder.hpp"

namespace support {

/// A file of tests/data/weights.
std::filesystem::path data_file(const std::string& name);

std::string read_bytes(const std::filesystem::path& file);
void write_bytes(const std::filesystem::path& file, const std::string& bytes);

/// The message of the styler::Error that `action` must throw with this code; fails the test otherwise.
std::string message_of(styler::ErrorCode code, const std::function<void()>& action);

/// first, first + 1 … in this shape, float32.
at::Tensor counted(at::IntArrayRef shape, double first = 0);

/// A number that is the same on every machine and in every run, for mutations.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  /// 0 … limit − 1
  size_t roll(size_t limit);

 private:
  uint64_t state_;
};

/// How many mutations a test makes: $STYLER_MUTATIONS, for long runs by hand, or `usual`.
int mutation_count(int usual);

/// All of VGG19, each tensor filled with a different number. 80 MB.
styler::VggWeights patterned_weights();

/// The tensors of `weights` under torchvision's names.
std::vector<std::pair<std::string, at::Tensor>> torchvision_tensors(const styler::VggWeights& weights);

/// Whether all 32 tensors are equal.
bool same_numbers(const std::vector<styler::VggWeights::Convolution>& a,
                  const std::vector<styler::VggWeights::Convolution>& b);

}  // namespace support
