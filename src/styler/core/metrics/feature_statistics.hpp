#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace styler {

/// Mean and covariance of features: what a Fréchet distance knows of a set of pictures.
struct FeatureStatistics {
  int64_t count = 0;      ///< Of the features; 0: not known, as in files of others.
  at::Tensor mean;        ///< [D], float64.
  at::Tensor covariance;  ///< [D, D], float64, symmetric, divided by count − 1.

  int64_t dimensions() const { return mean.size(0); }
};

/// Sums up features that come piece by piece, in float64 and around their mean, so that neither the number of pictures
/// nor a large mean beside a small spread costs digits. Takes 8·D² bytes, and 1 kB per dimension, whatever comes.
class FeatureAccumulator {
 public:
  explicit FeatureAccumulator(int64_t dimensions);

  /// \param features  [N, D], any floating type and device, finite.
  void add(const at::Tensor& features);
  int64_t count() const { return count_ + waiting_rows_; }
  int64_t dimensions() const { return mean_.size(0); }
  /// Of all features so far. Requires (STYLER_ASSERT) two of them: of one there is no covariance.
  FeatureStatistics statistics() const;

 private:
  /// Takes what waits into the sums.
  void merge() const;

  mutable int64_t count_ = 0;  ///< Of the features in the sums.
  mutable at::Tensor mean_;
  mutable at::Tensor scatter_;               ///< Σ (x − mean)(x − mean)ᵀ
  mutable std::vector<at::Tensor> waiting_;  ///< Features that are not in the sums yet: many at once are one product.
  mutable int64_t waiting_rows_ = 0;
};

}  // namespace styler
