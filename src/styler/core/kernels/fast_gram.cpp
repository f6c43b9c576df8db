#include "styler/core/kernels/fast_gram.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/kernels/buffer_pool.hpp"
#include "styler/core/kernels/cpu_kernels.hpp"
#include "styler/core/kernels/parallel.hpp"

namespace styler {
namespace {

const CpuKernels& kernels_for(const at::Tensor& features) { return *cpu_kernels(features.scalar_type()).front(); }

int64_t positions_of(const at::Tensor& features) { return features.size(2) * features.size(3); }

void* scratch_for(int64_t channels) {
  return thread_scratch(static_cast<size_t>(kGramPositions * channels) * sizeof(float));
}

/// Into how many parts the positions are divided. Each sums up a matrix of its own, so there are fewer for many
/// channels; it does not depend on the threads, lest the sums do.
int64_t part_count(int64_t positions, int64_t channels) {
  const int64_t most = channels > 256 ? 8 : 32;
  return std::clamp<int64_t>(positions / (4 * kGramPositions), 1, most);
}

}  // namespace

bool has_fast_gram(const at::Tensor& features) {
  return features.device().is_cpu() && features.size(1) % kChannelGranularity == 0 &&
         features.is_contiguous(at::MemoryFormat::ChannelsLast) && !cpu_kernels(features.scalar_type()).empty();
}

at::Tensor fast_gram(const at::Tensor& features) {
  STYLER_ASSERT(has_fast_gram(features));
  const CpuKernels& kernels = kernels_for(features);
  const int64_t channels = features.size(1);
  const int64_t positions = positions_of(features);
  const int64_t parts = part_count(positions, channels);
  const at::Tensor sums = at::zeros({parts, channels, channels}, features.options().dtype(at::kFloat));
  const char* from = static_cast<const char*>(features.data_ptr());
  for_each_in_turn(parts, [&](int64_t part) {
    const int64_t first = positions * part / parts;
    const int64_t last = positions * (part + 1) / parts;
    kernels.gram(from + first * channels * static_cast<int64_t>(features.element_size()), last - first, channels,
                 sums.data_ptr<float>() + part * channels * channels, scratch_for(channels));
  });
  const at::Tensor upper = sums.sum(0).triu();
  return upper + upper.triu(1).t();
}

at::Tensor fast_matrix_times(const at::Tensor& matrix, const at::Tensor& features) {
  STYLER_ASSERT(has_fast_gram(features) && matrix.is_contiguous() && matrix.scalar_type() == at::kFloat);
  const CpuKernels& kernels = kernels_for(features);
  const int64_t channels = features.size(1);
  const int64_t positions = positions_of(features);
  const at::Tensor packed = at::empty({channels, channels}, features.options());
  kernels.pack_matrix(matrix.data_ptr<float>(), channels, packed.data_ptr());
  const at::Tensor result = empty_like_on_huge_pages(features);
  const int64_t parts = (positions + kGramPositions - 1) / kGramPositions;
  const int64_t bytes_per_part = kGramPositions * channels * static_cast<int64_t>(features.element_size());
  for_each_in_turn(parts, [&](int64_t part) {
    const int64_t count = std::min(kGramPositions, positions - part * kGramPositions);
    kernels.multiply_positions(static_cast<const char*>(features.data_ptr()) + part * bytes_per_part, count, channels,
                               packed.data_ptr(), static_cast<char*>(result.data_ptr()) + part * bytes_per_part,
                               scratch_for(channels));
  });
  return result;
}

}  // namespace styler
