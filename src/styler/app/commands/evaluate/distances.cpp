#include "styler/app/commands/evaluate/distances.hpp"

#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/metrics/frechet_distance.hpp"
#include "styler/core/metrics/sliced_distance.hpp"

namespace styler::app {
namespace {

constexpr std::string_view kFrechet = "fd-vgg19";
constexpr std::string_view kKernel = "kd-vgg19";
constexpr std::string_view kSliced = "sd-vgg19";
constexpr int64_t kDirections = 1000;

}  // namespace

const std::vector<DistanceInfo>& distance_infos() {
  static const std::vector<DistanceInfo> infos = {
      {kFrechet,
       "squared Frechet distance of Gaussians with the means and covariances (by n - 1) of relu5_1's means over the "
       "positions, 512 dimensions; no FID, which goes by Inception"},
      {kKernel,
       "unbiased squared maximum mean discrepancy with the kernel (x.y/512 + 1)^3 over the same features, the mean "
       "over "
       "100 random subsets; no KID, which goes by Inception"},
      {kSliced,
       "3*512 times the mean squared 2-Wasserstein distance along 1000 random directions of the same features (what "
       "MIND is over other networks)"},
  };
  return infos;
}

Reference reference_of(const FeatureSet& set, const std::string& name) {
  if (set.count() < 2) {
    throw Error(ErrorCode::Input, name + " has " + (set.count() == 1 ? "one picture" : "no picture that can be read") +
                                      ", but distances of sets need two at least; give it more");
  }
  return {set.statistics(), set.kept()};
}

std::vector<Distance> distances_of(const FeatureSet& set, const Reference& reference,
                                   const KernelDistanceOptions& options) {
  std::vector<Distance> distances;
  if (set.count() < 2) return distances;
  distances.push_back({std::string(kFrechet), frechet_distance(set.statistics(), reference.statistics), {}});
  if (!reference.kept.defined()) return distances;
  const KernelDistance kernel = kernel_distance(set.kept(), reference.kept, options);
  distances.push_back({std::string(kKernel), kernel.mean, kernel});
  const double sliced = sliced_distance(set.kept(), reference.kept, kDirections, options.seed);
  distances.push_back({std::string(kSliced), sliced, {}});
  return distances;
}

std::string small_set_warning(int64_t count, int64_t dimensions, const std::string& what) {
  if (count > dimensions || count < 2) return {};
  return what + " has " + std::to_string(count) + " pictures: with fewer than " + std::to_string(dimensions + 1) +
         " the covariance is singular, and " + std::string(kFrechet) +
         " comes out too large; compare it only with figures of as many pictures, or go by " + std::string(kKernel);
}

}  // namespace styler::app
