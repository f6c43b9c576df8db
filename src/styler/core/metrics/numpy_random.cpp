#include "styler/core/metrics/numpy_random.hpp"

#include <numeric>
#include <utility>

#include "styler/base/error.hpp"

namespace styler {
namespace {

/// A number from 0 to `most`: drawn with as many bits as that has, until it is none above.
uint32_t up_to(std::mt19937& random, uint32_t most) {
  uint32_t mask = most;
  for (const int shift : {1, 2, 4, 8, 16}) mask |= mask >> shift;
  const auto draw = [&] { return static_cast<uint32_t>(random()) & mask; };
  uint32_t drawn = draw();
  while (drawn > most) drawn = draw();
  return drawn;
}

}  // namespace

std::vector<int64_t> NumpyRandom::permutation(int64_t count) {
  STYLER_ASSERT(count >= 0 && count < (int64_t{1} << 32));
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = order.size(); i-- > 1;) std::swap(order[i], order[up_to(random_, static_cast<uint32_t>(i))]);
  return order;
}

std::vector<int64_t> NumpyRandom::choice(int64_t count, int64_t taken) {
  STYLER_ASSERT(taken <= count);
  std::vector<int64_t> order = permutation(count);
  order.resize(static_cast<size_t>(taken));
  return order;
}

}  // namespace styler
