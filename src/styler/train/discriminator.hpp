#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "styler/core/storage/safetensors.hpp"
#include "styler/options/train/train_options.hpp"

namespace styler {

/// Tells parts of paintings from parts of what a generator paints: four 3×3 convolutions, the first two with stride 2,
/// LeakyReLU of 0.2 between them, and one logit for each 23×23 pixels (a PatchGAN, Isola et al. 2017, with a small
/// field, since there may be one painting only). Each convolution's matrix is divided by its largest singular value
/// (spectral norm, Miyato et al. 2018), so that no logit changes faster than the picture does.
class Discriminator {
 public:
  static constexpr int64_t kField = 23;  ///< The edge in pixels of what one logit sees.

  /// \param channels  of the first convolution; those behind it have twice as many.
  /// \param dtype     float32, or float64 for comparisons.
  Discriminator(int64_t channels, uint64_t seed, at::ScalarType dtype = at::kFloat);

  /// Logits, above 0 where a picture is taken for a painting, [N, 1, h, w]. Differentiable by autograd with respect to
  /// parameters and pictures that ask for it.
  /// \param pictures  [N, 3, H, W], the parameters' type, edges at least kField.
  at::Tensor run(const at::Tensor& pictures) const;

  /// Goes one step nearer to the largest singular value of each convolution, by power iteration. Once before each step.
  void follow_spectrum();

  /// They share memory with what is run.
  const NamedTensors& parameters() const { return parameters_; }
  /// Where the power iterations are: with the parameters all that it takes to go on.
  const NamedTensors& spectrum() const { return spectrum_; }

 private:
  at::Tensor normalised(size_t convolution) const;

  NamedTensors parameters_;  ///< Weight and bias of each convolution in turn.
  NamedTensors spectrum_;    ///< `u` and `v` of each convolution in turn.
};

/// What a discriminator minimises: half of it for paintings, half for what is none.
/// \param paintings, painted  logits.
/// \param photos              logits of what the generator was given, which count half as much as what it painted; so a
///                            generator that does nothing is found out. Undefined: none.
at::Tensor discriminator_loss(Adversarial game, const at::Tensor& paintings, const at::Tensor& painted,
                              const at::Tensor& photos);

/// What a generator minimises in the game: that of a discriminator's that takes its pictures for paintings.
at::Tensor generator_loss(Adversarial game, const at::Tensor& painted);

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
  /// \param paintings, painted  logits of one step, before the discriminator has learnt from them.
  void add(const at::Tensor& paintings, const at::Tensor& painted);
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
