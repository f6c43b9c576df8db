#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "styler/core/graph/norm_statistics.hpp"
#include "styler/core/storage/safetensors.hpp"
#include "styler/options/train/generator_options.hpp"

namespace styler {

class PictureGraph;

/// What differs while a generator learns.
struct LearningPass {
  double dropout =
      0;  ///< Of what a residual block's first half puts out, the share that is blanked (Isola et al. 2017).
  at::Generator* random = nullptr;  ///< Of the CPU, that says which; needed with dropout alone.
  /// Of a generator with batch norm: receives what its norms found, as Generator::follow() takes it.
  NormStatistics* found = nullptr;
};

/// A network that paints a picture in one pass (Johnson et al. 2016, "Perceptual Losses for Real-Time Style Transfer
/// and Super-Resolution"), with norms as GeneratorNorm has them: a 5×5 convolution, two of 3×3 that halve the size,
/// five residual blocks, twice nearest-neighbour enlargement and a 3×3 convolution, and a 5×5 one. To its result a
/// share of the photo is added, which is learnt and none at first: forms are learnt sooner where they have to go
/// through the network. The photo has a norm of its own before: the network sees no absolute colours, since its norms
/// take them away, and so it could not take a red photo's red away. A logistic function makes colours of the sum, and
/// the steps towards black and white ever smaller. Every convolution mirrors what it finds at the picture's border, so
/// that the border looks like the rest.
class Generator {
 public:
  /// How far an output sees along each axis, in pixels, rounded up to kUnit.
  static constexpr int64_t kReach = 56;
  /// Edges of what runs through the network are multiples of this.
  static constexpr int64_t kUnit = 4;
  /// The shortest edge that can be mirrored at a quarter of its size.
  static constexpr int64_t kLeastEdge = 8;
  /// Of a photo's variance, below which a channel counts as flat: what is less would come out as noise.
  static constexpr double kPhotoEpsilon = 1e-3;
  /// Of a norm's variance, below which a channel counts as flat.
  static constexpr double kNormEpsilon = 1e-5;

  /// Random weights as PyTorch's Conv2d begins with, but for the last convolution's, which are zero: its pictures are
  /// all of one colour, a grey. Equal seeds give equal weights.
  Generator(GeneratorWidth width, uint64_t seed, GeneratorNorm norm = GeneratorNorm::Instance);

  /// Has all pictures of a new generator have this colour, [3]: the mean of a painting, so that it begins there.
  void begin_with_colour(const at::Tensor& mean);

  /// \param tensors  as parameters() and frozen() give them, by name; float32 or float64, all of one type, which is
  ///                 kept, and on one device.
  /// \throws Error{InvalidArgument} that names the first tensor that is missing, of another shape or type, not finite,
  ///         or not the generator's.
  Generator(GeneratorWidth width, const std::map<std::string, at::Tensor>& tensors,
            GeneratorNorm norm = GeneratorNorm::Instance, GeneratorForm form = GeneratorForm::Styler);

  /// A network of another program, in the form that it has there.
  /// \param style  [S], the numbers that it takes of a style.
  Generator(std::shared_ptr<const PictureGraph> graph, const at::Tensor& style);

  /// A copy whose tensors lie there.
  Generator on(at::Device device) const;
  /// A copy with tensors of its own for those that are a style's; it shares the others.
  Generator with_own_style() const;

  GeneratorWidth width() const { return width_; }
  GeneratorNorm norm() const { return norm_; }
  GeneratorForm form() const { return form_; }
  /// Of one in another program's form alone; nullptr for others.
  const PictureGraph* graph() const { return graph_.get(); }

  /// As kReach, kUnit and kLeastEdge are for generators of ours.
  int64_t reach() const;
  int64_t unit() const;
  int64_t least_edge() const;

  /// `down1.weight`, [out, in, k, k]; `down1.scale` and `down1.shift`, [C], of the norm behind it; and so on, in the
  /// order of evaluation. They share memory with what is run, so an optimiser steps on them in place.
  const NamedTensors& parameters() const { return parameters_; }

  /// Of a generator with batch norm what it paints with: `down1.mean` and `down1.variance`, [C], and so on. No others
  /// have any. They share memory with what is run.
  const NamedTensors& frozen() const { return frozen_; }
  /// How much of the photo as it is, before the logistic function, is added to what is painted: none, unless told. With
  /// 1, and nothing else in the sum, the picture is the photo.
  void keep_of_photo(double share) { photo_share_ = share; }
  double photo_share() const { return photo_share_; }
  /// Type and device of both, and of all that it takes.
  at::TensorOptions numbers() const;
  /// Goes this share of the way from what is frozen to what a step found.
  void follow(const NormStatistics& found, double share);

  /// What it paints, while it learns: with LearningPass, and norms over all photos together where they are batch norms.
  /// The photos' own norm is of each by itself. Differentiable as run() is.
  at::Tensor learn(const at::Tensor& photos, const LearningPass& pass) const;

  /// The painted pictures, each normalised by its own statistics or by what is frozen. Differentiable by LibTorch's
  /// autograd with respect to parameters and photos that ask for it.
  /// \param photos  [N, 3, H, W], the parameters' type, RGB in [0, 1]; edges are multiples of kUnit and at least
  ///                kLeastEdge.
  /// \return        Like photos.
  at::Tensor run(const at::Tensor& photos) const;

  /// The same with given statistics, so that a part of a picture comes out as it does within the whole, except within
  /// kReach of edges that are not the picture's own.
  at::Tensor run(const at::Tensor& photos, const NormStatistics& statistics) const;

  /// Those over all of `photos` together: of one picture, or of samples from one. Of a generator with batch norm they
  /// are the photos' colours and what is frozen, which no network needs to be run for.
  NormStatistics statistics(const at::Tensor& photos) const;

 private:
  struct Norms;
  at::Tensor convolved(const at::Tensor& input, const std::string& name, int64_t stride) const;
  at::Tensor normalised(const at::Tensor& input, const std::string& name, Norms& norms, double epsilon) const;
  at::Tensor painted(const at::Tensor& photos, Norms& norms) const;
  /// \param of_photos  mean and variance for the photos' own norm.
  NormStatistics with_frozen(const at::Tensor& mean, const at::Tensor& variance) const;
  /// Undefined where the generator has none of this name.
  at::Tensor parameter(const std::string& name) const;

  GeneratorWidth width_;
  GeneratorNorm norm_;
  GeneratorForm form_ = GeneratorForm::Styler;
  std::shared_ptr<const PictureGraph> graph_;
  NamedTensors parameters_;
  NamedTensors frozen_;
  double photo_share_ = 0;
};

/// What a logistic function makes the photo of. Of black and white, where no number would, what is half a step of 8
/// bits away.
at::Tensor before_logistic(const at::Tensor& photo);

}  // namespace styler
