#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "styler/core/metrics/feature_statistics.hpp"
#include "styler/core/metrics/kernel_distance.hpp"

namespace styler::app {

/// What is kept of the features of a set of pictures: their statistics, and some of them.
class FeatureSet {
 public:
  /// Of as many pictures features are kept for the distances that go by single ones.
  static constexpr int64_t kMostKept = 10'000;

  FeatureSet(int64_t dimensions, uint64_t seed) : sums_(dimensions), sample_(kMostKept, seed) {}

  /// \param features  [1, D], of one picture.
  void add(const at::Tensor& features) {
    sums_.add(features);
    sample_.add(features);
  }
  int64_t count() const { return sums_.count(); }
  FeatureStatistics statistics() const { return sums_.statistics(); }
  at::Tensor kept() const { return sample_.features(); }

 private:
  FeatureAccumulator sums_;
  FeatureSample sample_;
};

/// What sets are compared with: a set's statistics, and its features where it is no file.
struct Reference {
  FeatureStatistics statistics;
  at::Tensor kept;  ///< [N, D]; undefined: none.
};

/// \throws Error{Input} for a set of one picture, named by `name`.
Reference reference_of(const FeatureSet& set, const std::string& name);

/// How far a set of pictures is from the reference.
struct Distance {
  std::string word;
  double value = 0;
  std::optional<KernelDistance> over_subsets;
};

/// What there is to know of a distance beside its value.
struct DistanceInfo {
  std::string_view word;
  std::string_view definition;
};
const std::vector<DistanceInfo>& distance_infos();

/// The distances that can be computed; none for a set of less than two pictures.
std::vector<Distance> distances_of(const FeatureSet& set, const Reference& reference,
                                   const KernelDistanceOptions& options);

/// What is to be said of distances of so few pictures; empty where there are enough.
/// \param what  the set, for the sentence.
std::string small_set_warning(int64_t count, int64_t dimensions, const std::string& what);

}  // namespace styler::app
