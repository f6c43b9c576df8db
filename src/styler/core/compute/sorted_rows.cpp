#include "styler/core/compute/sorted_rows.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/sort.h>

#include <array>
#include <bit>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/kernels/parallel.hpp"

namespace styler {
namespace {

/// 32 bits are three digits of 11: tables that the first cache holds.
constexpr int kDigitBits = 11;
constexpr int kDigits = 3;
constexpr uint32_t kDigitMask = (1U << kDigitBits) - 1;

struct Entry {
  uint32_t key;
  uint32_t place;
};

/// Keys compare as the floats do: those of negative ones are turned around.
uint32_t key_of(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  return bits ^ ((bits & 0x80000000U) != 0 ? 0xFFFFFFFFU : 0x80000000U);
}

float value_of(uint32_t key) {
  return std::bit_cast<float>(key ^ ((key & 0x80000000U) != 0 ? 0x80000000U : 0xFFFFFFFFU));
}

uint32_t digit_of(uint32_t key, int digit) { return (key >> (digit * kDigitBits)) & kDigitMask; }

void sort_row(const float* row, int64_t count, float* values, int64_t* order) {
  std::vector<Entry> entries(static_cast<size_t>(count));
  std::vector<Entry> moved(static_cast<size_t>(count));
  std::array<std::array<uint32_t, kDigitMask + 1>, kDigits> counts{};
  for (size_t i = 0; i < entries.size(); ++i) {
    const uint32_t key = key_of(row[i]);
    entries[i] = {key, static_cast<uint32_t>(i)};
    for (int digit = 0; digit < kDigits; ++digit) ++counts[static_cast<size_t>(digit)][digit_of(key, digit)];
  }
  for (int digit = 0; digit < kDigits; ++digit) {
    auto& ends = counts[static_cast<size_t>(digit)];
    uint32_t begin = 0;
    for (uint32_t& end : ends) begin += std::exchange(end, begin);
    for (const Entry& entry : entries) moved[ends[digit_of(entry.key, digit)]++] = entry;
    entries.swap(moved);
  }
  for (size_t i = 0; i < entries.size(); ++i) {
    values[i] = value_of(entries[i].key);
    order[i] = entries[i].place;
  }
}

}  // namespace

SortedRows sorted_rows(const at::Tensor& rows) {
  STYLER_ASSERT(rows.dim() == 2);
  if (!rows.is_cpu() || rows.scalar_type() != at::kFloat) {
    auto [values, order] = at::sort(rows, /*stable=*/true, 1, /*descending=*/false);
    return {std::move(values), std::move(order)};
  }
  const at::Tensor dense = rows.contiguous();
  const int64_t count = dense.size(1);
  SortedRows result{at::empty_like(dense), at::empty(dense.sizes(), dense.options().dtype(at::kLong))};
  for_each_in_turn(dense.size(0), [&](int64_t row) {
    const int64_t first = row * count;
    sort_row(dense.data_ptr<float>() + first, count, result.values.data_ptr<float>() + first,
             result.order.data_ptr<int64_t>() + first);
  });
  return result;
}

}  // namespace styler
