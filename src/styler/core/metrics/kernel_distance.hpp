#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <random>
#include <vector>

namespace styler {

/// How a kernel distance takes its subsets; the defaults are those of torch-fidelity and of the paper's authors.
struct KernelDistanceOptions {
  int64_t subsets = 100;
  int64_t subset_size = 1000;  ///< At most; as many as the smaller set has where that is less.
  uint64_t seed = 2020;
};

/// Mean and spread over the subsets.
struct KernelDistance {
  double mean = 0;
  double stddev = 0;        ///< Divided by the number of subsets; 0 where one subset is all there is.
  int64_t subset_size = 0;  ///< That was taken.
};

/// The unbiased estimate of the squared maximum mean discrepancy with the kernel (xᵀy/D + 1)³, as KID has it
/// (Bińkowski et al. 2018). Its expectation is the same for any number of pictures, and so it may be below 0.
/// \param a, b  [N, D] and [M, D], N and M at least 2 (STYLER_ASSERT).
double squared_discrepancy(const at::Tensor& a, const at::Tensor& b);

/// The mean of squared_discrepancy() over random subsets without repetition; of all where both sets are no larger than
/// a subset. The same seed, the same subsets, on every machine and in torch-fidelity.
KernelDistance kernel_distance(const at::Tensor& a, const at::Tensor& b, const KernelDistanceOptions& options = {});

/// Keeps a fair sample of features that come one by one: all of them as long as they are no more than `capacity`.
class FeatureSample {
 public:
  FeatureSample(int64_t capacity, uint64_t seed) : capacity_(capacity), random_(seed) {}

  /// \param features  [N, D]
  void add(const at::Tensor& features);
  int64_t size() const { return static_cast<int64_t>(rows_.size()); }
  /// [N, D], float64 on the CPU. Requires (STYLER_ASSERT) one.
  at::Tensor features() const;

 private:
  int64_t capacity_;
  int64_t seen_ = 0;
  std::mt19937_64 random_;
  std::vector<at::Tensor> rows_;
};

}  // namespace styler
