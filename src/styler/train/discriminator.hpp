#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "styler/core/network/features.hpp"
#include "styler/core/storage/safetensors.hpp"
#include "styler/options/train/train_options.hpp"

namespace styler {

/// Tells parts of paintings from parts of what a generator paints. Of pixels: four 3×3 convolutions, the first two with
/// stride 2, LeakyReLU of 0.2 between them, and one logit for each 23×23 pixels (a PatchGAN, Isola et al. 2017, with a
/// small field, since there may be one painting only). Of features: a head on each layer of VGG19 that is tapped, two
/// 3×3 convolutions behind a fixed random mixture of the layer's channels (Sauer et al. 2021, "Projected GANs Converge
/// Faster"), with a logit for each of its positions. Each convolution's matrix is divided by its largest singular value
/// (spectral norm, Miyato et al. 2018), so that no logit changes faster than the picture does.
class Discriminator {
 public:
  static constexpr int64_t kField = 23;  ///< The edge in pixels of what one logit sees.

  /// \param channels  of the first convolution; those behind it have twice as many.
  /// \param numbers   float32, or float64 for comparisons; and the device.
  Discriminator(int64_t channels, uint64_t seed, const at::TensorOptions& numbers = at::kFloat);
  /// With heads on features.
  /// \param network   must outlive it.
  /// \param channels  of the heads' first convolutions.
  /// \param numbers   on the network's device.
  Discriminator(const FeatureExtractor& network, int64_t channels, uint64_t seed,
                const at::TensorOptions& numbers = at::kFloat);

  /// Logits, above 0 where a picture is taken for a painting, [N, 1, h, w]: one tensor, or one for each head.
  /// Differentiable by autograd with respect to parameters that ask for it; to pictures only where it sees pixels.
  /// \param pictures  [N, 3, H, W], the parameters' type, edges at least kField, or
  ///                  the network's min_edge().
  std::vector<at::Tensor> run(const at::Tensor& pictures) const;
  /// The gradient of generator_loss() with respect to the pictures; of parameters that ask for it, too.
  /// \param eyes  makes of the pictures what is looked at, differentiably.
  at::Tensor picture_gradient(Adversarial game, const at::Tensor& pictures,
                              const std::function<at::Tensor(const at::Tensor&)>& eyes) const;

  /// Goes one step nearer to the largest singular value of each convolution, by power iteration. Once before each step.
  void follow_spectrum();

  /// They share memory with what is run.
  const NamedTensors& parameters() const { return parameters_; }
  /// Where the power iterations are, two vectors for each convolution.
  const NamedTensors& spectrum() const { return spectrum_; }
  /// Of each head its mixture of channels, which does not change: with the parameters and the spectrum all that it
  /// takes to go on.
  const NamedTensors& mixtures() const { return mixtures_; }

 private:
  void add_convolution(const std::string& name, int64_t in, int64_t out, at::Generator& random,
                       const at::TensorOptions& numbers);
  void begin_spectrum();
  at::Tensor normalised(size_t convolution) const;
  std::vector<at::Tensor> of_features(const std::vector<at::Tensor>& features) const;

  const FeatureExtractor* network_ = nullptr;  ///< None where it sees pixels.

  NamedTensors parameters_;  ///< Weight and bias of each convolution in turn.
  NamedTensors spectrum_;    ///< `u` and `v` of each convolution in turn.
  NamedTensors mixtures_;
};

/// What a discriminator minimises: half of it for paintings, half for what is none.
/// \param paintings, painted  logits; of several heads, which count alike, one tensor each.
/// \param photos              logits of what the generator was given, which count half as much as what it painted; so a
///                            generator that does nothing is found out. Empty: none.
at::Tensor discriminator_loss(Adversarial game, at::TensorList paintings, at::TensorList painted,
                              at::TensorList photos);

/// What a generator minimises in the game: that of a discriminator's that takes its pictures for paintings.
at::Tensor generator_loss(Adversarial game, at::TensorList painted);

/// A picture's own changes for the discriminator's eyes, differentiable, the same kind for paintings and painted
/// pictures, so that few paintings are not learnt by heart (DiffAugment, Zhao et al. 2020): brightness, saturation and
/// contrast, a shift by up to an eighth, and a square of a fifth of the edges that is blanked.
/// \param pictures  [N, 3, H, W]; each is changed in its own way.
at::Tensor augmented(const at::Tensor& pictures, at::Generator& random);

/// How often the discriminator is right, and whose turn it is (Sanakoyeu et al. 2018, "A Style-Aware Content Loss"): it
/// learns until it is right in four cases of five, and then the generator learns from it.
class WinRate {
 public:
  explicit WinRate(Adversarial game, double rate = 0.5)
      : boundary_(game == Adversarial::Lsgan ? 0.5 : 0), rate_(rate) {}
  /// How often it is right.
  /// \param paintings, painted  logits of one step, before the discriminator has learnt from them.
  double right(at::TensorList paintings, at::TensorList painted) const;
  /// One step more.
  void add(double right) { rate_ += kShare * (right - rate_); }
  double rate() const { return rate_; }
  bool discriminator_learns() const { return rate_ < kEnough; }
  /// While the discriminator guesses, it has nothing to tell.
  bool generator_listens() const { return rate_ > kGuessing; }

 private:
  static constexpr double kEnough = 0.8;
  static constexpr double kGuessing = 0.55;
  static constexpr double kShare = 0.05;  ///< Of the newest step.
  double boundary_;                       ///< Of logits: least squares are towards 1 and 0.
  double rate_;
};

/// By how much the game's gradient is multiplied, so that it weighs `share` of the perceptual one (after Esser et al.
/// 2021, "Taming Transformers", who compare gradients of the last layer's weights; these are linear in the picture's,
/// which cost nothing to have).
/// \param perceptual, adversarial  gradients with respect to the same pictures.
double balanced_weight(const at::Tensor& perceptual, const at::Tensor& adversarial, double share);

}  // namespace styler
