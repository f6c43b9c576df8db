#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace styler {

/// The random orders of NumPy's `RandomState`, which Python's programs for these figures draw their subsets by: the
/// same seed, the same order, so that figures over subsets are comparable with theirs to the last digits.
class NumpyRandom {
 public:
  /// \param seed  of which the lower 32 bits count, as NumPy takes no larger one.
  explicit NumpyRandom(uint64_t seed) : random_(static_cast<uint32_t>(seed)) {}

  /// `permutation(count)`: the numbers below count, in a random order.
  std::vector<int64_t> permutation(int64_t count);

  /// `choice(count, taken, replace=False)`: the first ones of a permutation. Requires (STYLER_ASSERT) as many.
  std::vector<int64_t> choice(int64_t count, int64_t taken);

 private:
  std::mt19937 random_;
};

}  // namespace styler
