#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "styler/app/commands/evaluate/options.hpp"
#include "styler/base/error.hpp"
#include "styler/core/metrics/feature_statistics.hpp"
#include "styler/core/metrics/frechet_distance.hpp"
#include "styler/core/metrics/kernel_distance.hpp"

namespace styler::app {

/// What is kept of the features of a set of pictures: their statistics, and some of them.
class FeatureSet {
 public:
  /// \param kept  of as many pictures the features themselves are kept.
  FeatureSet(int64_t dimensions, int64_t kept, uint64_t seed) : sums_(dimensions), sample_(kept, seed) {}

  /// \param features  [1, D], of one picture.
  void add(const at::Tensor& features) {
    sums_.add(features);
    sample_.add(features);
  }
  int64_t count() const { return sums_.count(); }
  FeatureStatistics statistics() const { return sums_.statistics(); }
  at::Tensor kept() const { return sample_.features(); }
  /// From the features themselves where they are all kept and are no more than dimensions, which is quicker.
  Gaussian gaussian() const;

 private:
  FeatureAccumulator sums_;
  FeatureSample sample_;
};

/// What is known of one picture for the figures of its set.
struct PictureFeatures {
  std::array<at::Tensor, kSpaceCount> rows;  ///< [1, D], in the order of Space; undefined where none is asked for.
  at::Tensor painting;                       ///< [1, D], of its painting, in the space Art.
  at::Tensor inception_classes, lite0_classes;
};

/// The same of all pictures of a set.
class SetFeatures {
 public:
  explicit SetFeatures(const EvaluateOptions& options);

  void add(const PictureFeatures& picture);
  /// Requires that something asks for the space.
  const FeatureSet& in(Space space) const {
    const std::optional<FeatureSet>& found = of_[static_cast<size_t>(space)];
    STYLER_ASSERT(found.has_value());
    return *found;
  }

  at::Tensor inception_classes() const { return together(inception_classes_); }
  at::Tensor lite0_classes() const { return together(lite0_classes_); }
  /// [N, D] each, of the pictures that have a painting; undefined where none has.
  at::Tensor art() const { return together(art_); }
  at::Tensor paintings() const { return together(paintings_); }

 private:
  static at::Tensor together(const std::vector<at::Tensor>& rows);

  std::array<std::optional<FeatureSet>, kSpaceCount> of_;
  std::vector<at::Tensor> inception_classes_, lite0_classes_, art_, paintings_;
};

/// What sets are compared with in one space.
struct Reference {
  Gaussian gaussian;
  int64_t count = 0;  ///< Of the pictures; 0: not known.
  at::Tensor kept;    ///< [N, D]; undefined where it is a file of statistics.
};

/// \throws Error{Input} for a set of one picture, named by `name`.
Reference reference_of(const FeatureSet& set, const std::string& name);

/// A figure of a set of pictures as a whole.
struct SetFigure {
  std::string word;
  double value = 0;
  std::optional<double> stddev;  ///< Over subsets or parts.
  int64_t parts_of = 0;          ///< Pictures in each of these; 0: there are none.
  int64_t count = 0;             ///< Pictures that it is of.
};

/// What there is to know of one beside its value.
struct SetFigureInfo {
  std::string_view word;
  bool is_distance;  ///< From --against.
  std::string_view note;
  std::string definition;
};
/// Those that are asked for, in their order.
std::vector<SetFigureInfo> set_figure_infos(const EvaluateOptions& options);

/// The distances in one space that can be computed; none for a set of less than two pictures.
std::vector<SetFigure> distances_of(Space space, const FeatureSet& set, const Reference& reference,
                                    const EvaluateOptions& options);
/// The figures of a set by itself.
/// \param perceptual  the mean LPIPS of its pictures from their photos; NaN: not known.
std::vector<SetFigure> scores_of(const SetFeatures& set, double perceptual, const EvaluateOptions& options);

/// What the literature says of distances of so few pictures; empty where there are enough.
/// \param what    the set, for the sentences.
/// \param spaces  in which it is compared.
std::vector<std::string> few_for_distances(int64_t count, const std::string& what, const std::vector<Space>& spaces,
                                           const EvaluateOptions& options);
/// The same of all figures of results.
std::vector<std::string> few_for_figures(int64_t count, const std::string& what, const EvaluateOptions& options);

}  // namespace styler::app
