#pragma once

#include <ATen/core/Tensor.h>
#include <spdlog/logger.h>

#include <filesystem>
#include <optional>
#include <vector>

#include "styler/app/commands/evaluate/options.hpp"
#include "styler/app/commands/evaluate/set_figures.hpp"
#include "styler/core/metrics/networks/efficientnet_lite0.hpp"
#include "styler/core/metrics/networks/inception.hpp"
#include "styler/core/metrics/networks/perceptual_distance.hpp"
#include "styler/core/metrics/picture_figures.hpp"
#include "styler/options/network/network_names.hpp"
#include "styler/weights/weights_store.hpp"

namespace styler::app {

/// A network that figures went by, and whose numbers it has.
struct UsedNetwork {
  NetworkName name;
  std::filesystem::path file;
  WeightsOrigin origin;
  WeightsContents contents;
};

/// A picture as networks that resize it by themselves are fed with it; undefined where none of them is asked for.
struct NetworkInputs {
  at::Tensor inception, lite0;
};

/// Inputs of a picture, and where what is said of them goes.
struct LookedAt {
  const NetworkInputs* inputs;
  PictureFeatures* features;
};

/// The networks beside VGG19 that the figures asked for go by.
class JudgingNetworks {
 public:
  /// \throws Error{Weights} where one is not there or damaged, with the command that gets it.
  JudgingNetworks(const EvaluateOptions& options, const at::Device& device, spdlog::logger& log);

  /// Whether a picture's own size counts, beyond that at which it is looked at.
  bool need_own_size() const { return inception_ || torchvision_ || lite0_; }
  /// Whether pictures count as they are looked at, at --size.
  bool need_looks() const { return art_ || !perceptual_.empty(); }
  /// The least edge that pictures must have as they are looked at.
  int64_t min_edge() const;

  /// \param picture  [1, 3, H, W] on the CPU, of its own size. For any thread.
  NetworkInputs inputs_of(const at::Tensor& picture) const;
  /// Of as many pictures at once networks are quickest: each reads its kernels once for all of them.
  int64_t pictures_at_once() const;
  /// Adds what the networks say of inputs.
  void look_at(const std::vector<LookedAt>& pictures) const;
  /// [1, 2048], for ArtFID; undefined where it is not asked for.
  /// \param picture  [1, 3, H, W] on the device.
  at::Tensor art_features(const at::Tensor& picture) const;
  /// Fills in the figures that compare with the photo.
  void compare(const at::Tensor& result, const at::Tensor& photo, PictureFigures& figures) const;

  const std::vector<UsedNetwork>& used() const { return used_; }

 private:
  NetworkWeights found(NetworkName name, spdlog::logger& log);

  InceptionResize resize_;
  at::Device device_;
  bool scores_inception_, scores_lite0_;
  std::vector<UsedNetwork> used_;
  std::optional<Inception> inception_, torchvision_, art_;
  std::optional<EfficientNetLite0> lite0_;
  struct Perceptual {
    Figure figure;
    PerceptualDistance distance;
  };
  std::vector<Perceptual> perceptual_;
};

}  // namespace styler::app
