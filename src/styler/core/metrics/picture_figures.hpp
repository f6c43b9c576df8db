#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "styler/core/loss/objective.hpp"
#include "styler/core/metrics/feature_statistics.hpp"
#include "styler/core/network/features.hpp"
#include "styler/core/network/network_file.hpp"

namespace styler {

/// What is computed of one stylised picture.
enum class Figure {
  Content,
  ContentMse,
  Cfsd,
  Ssim,
  LpipsVgg19,
  LpipsAlex,
  LpipsVgg,
  LpipsSqueeze,
  Style,
  StyleMoments,
  SingleFrechet,
  TotalVariation
};

/// What there is to know of a figure beside its value.
struct FigureInfo {
  Figure figure;
  std::string_view word;  ///< In reports, tables and pages: `content`
  bool needs_photo;
  bool needs_painting;
  bool more_is_better;  ///< Else less is.
  std::string_view definition;
};

inline constexpr size_t kFigureCount = 12;
/// In the order of Figure.
const std::array<FigureInfo, kFigureCount>& figure_infos();

/// The figures of one picture, in the order of Figure; NaN where one needs what is not there.
using PictureFigures = std::array<double, kFigureCount>;

/// What the figures of a picture go by of a painting at one size: some 4 MB.
struct PaintingLook {
  /// Of each channel of a layer, [C], float64.
  struct Moments {
    at::Tensor mean;
    at::Tensor deviation;
  };
  StyleTargets targets;
  std::vector<Moments> moments;  ///< Of each style layer.
  FeatureStatistics places;
};

/// Looks at pictures through VGG19. Not for several threads at a time.
class PictureMeter {
 public:
  /// The layers that the network must tap.
  static std::vector<Layer> layers();

  /// \param network     of layers(), in float32; must outlive the meter.
  /// \param convention  what its numbers go with: features of networks that take 0–255 are brought to the scale of
  ///                    those that take standard deviations.
  PictureMeter(const FeatureExtractor& network, const InputConvention& convention);
  ~PictureMeter();

  /// \param painting  [1, 3, H, W] on the network's device, its edges at least FeatureExtractor::min_edge().
  PaintingLook look_at(const at::Tensor& painting);

  struct Measures {
    PictureFigures figures{};  ///< Without those of LPIPS, which go by other networks.
    at::Tensor
        features;  ///< [1, 512]: the means of relu5_1 over the positions, by which sets of pictures are compared.
  };
  /// \param result    as look_at() has it.
  /// \param photo     of the result's size; undefined: none.
  /// \param painting  nullptr: none.
  Measures measure(const at::Tensor& result, const at::Tensor& photo, const PaintingLook* painting);
  /// The features alone.
  at::Tensor features_of(const at::Tensor& picture);

  /// The dimensions of the features.
  static constexpr int64_t kDimensions = 512;

 private:
  class Remembered;
  double cfsd(const at::Tensor& result, const at::Tensor& photo) const;
  /// The features of a picture, as Measures has them, from those of all layers.
  at::Tensor row_of(const std::vector<at::Tensor>& features) const;

  const FeatureExtractor& network_;
  double unit_;  ///< What features are divided by.
  std::unique_ptr<Remembered> remembered_;
};

}  // namespace styler
