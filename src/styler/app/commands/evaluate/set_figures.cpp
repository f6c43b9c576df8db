#include "styler/app/commands/evaluate/set_figures.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>

#include <cmath>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/metrics/extrapolation.hpp"
#include "styler/core/metrics/inception_score.hpp"
#include "styler/core/metrics/sliced_distance.hpp"

namespace styler::app {
namespace {

/// Of as many pictures features are kept where single ones count.
constexpr int64_t kMostKept = 10'000;
constexpr int64_t kDirections = 1000;
/// Below it Chong & Forsyth (2020) extrapolate nothing, and below it scores by classes come out far too low.
constexpr int64_t kMany = 5000;

constexpr std::string_view kNearer = "less is nearer to --against";

std::string resizing_text(InceptionResize resize) {
  switch (resize) {
    case InceptionResize::PytorchFid:
      return "pytorch-fid's resizing: bilinear to 299 px without antialiasing";
    case InceptionResize::CleanFid:
      return "clean-fid's resizing: Pillow's bicubic to 299 px with antialiasing";
    case InceptionResize::TorchFidelity:
      break;
  }
  return "torch-fidelity's resizing: TensorFlow 1's bilinear to 299 px";
}

std::string figure_word(FigureGroup figure) { return std::string(kFigureGroups.word(figure)); }

/// The word of a space's Fréchet distance.
std::string frechet_word(Space space) {
  switch (space) {
    case Space::Vgg19:
      return "fd-vgg19";
    case Space::Inception:
      return figure_word(FigureGroup::Fid);
    case Space::InceptionTorchvision:
      return figure_word(FigureGroup::FidTorchvision);
    case Space::Lite0:
      return figure_word(FigureGroup::FdLite0);
    case Space::Art:
      break;
  }
  return figure_word(FigureGroup::ArtFid);
}

bool keeps_single_ones(Space space, const EvaluateOptions& options) {
  return space == Space::Vgg19 ||
         (space == Space::Inception && (options.wants(FigureGroup::Kid) || options.wants(FigureGroup::FidInfinity)));
}

SetFigure score_figure(FigureGroup figure, const at::Tensor& logits, const EvaluateOptions& options) {
  const InceptionScore score = inception_score(logits, {.splits = options.splits, .seed = options.seed});
  return {figure_word(figure), score.mean, score.stddev, logits.size(0) / options.splits, logits.size(0)};
}

}  // namespace

Gaussian FeatureSet::gaussian() const {
  const bool all_kept = sample_.size() == count();
  return all_kept && count() <= sums_.dimensions() ? gaussian_of_rows(kept()) : gaussian_of(statistics());
}

SetFeatures::SetFeatures(const EvaluateOptions& options) {
  for (const Space space : options.spaces()) {
    const int64_t kept = keeps_single_ones(space, options) ? kMostKept : dimensions_of(space);
    of_[static_cast<size_t>(space)].emplace(dimensions_of(space), kept, options.seed);
  }
}

void SetFeatures::add(const PictureFeatures& picture) {
  for (size_t i = 0; i < of_.size(); ++i) {
    std::optional<FeatureSet>& set = of_[i];
    if (set && picture.rows[i].defined()) set->add(picture.rows[i]);
  }
  if (picture.inception_classes.defined()) inception_classes_.push_back(picture.inception_classes);
  if (picture.lite0_classes.defined()) lite0_classes_.push_back(picture.lite0_classes);
  const at::Tensor& art = picture.rows[static_cast<size_t>(Space::Art)];
  if (art.defined() && picture.painting.defined()) {
    art_.push_back(art);
    paintings_.push_back(picture.painting);
  }
}

at::Tensor SetFeatures::together(const std::vector<at::Tensor>& rows) {
  return rows.empty() ? at::Tensor() : at::cat(rows);
}

Reference reference_of(const FeatureSet& set, const std::string& name) {
  if (set.count() < 2) {
    throw Error(ErrorCode::Input, name + " has " + (set.count() == 1 ? "one picture" : "no picture that can be read") +
                                      ", but distances of sets need two at least; give it more");
  }
  return {set.gaussian(), set.count(), set.kept()};
}

std::vector<SetFigureInfo> set_figure_infos(const EvaluateOptions& options) {
  std::vector<SetFigureInfo> infos;
  const std::string inception =
      " of the last pooling of Inception v3 of 2015, 2048 dimensions, with " + resizing_text(options.fid_resize);
  const bool against = !options.against.empty();
  if (options.wants(FigureGroup::Vgg19) && against) {
    infos.push_back({"fd-vgg19", true, kNearer,
                     "squared Frechet distance of Gaussians with the means and covariances (by n - 1) of relu5_1's "
                     "means over the positions, 512 dimensions; no FID, which goes by Inception"});
    infos.push_back({"kd-vgg19", true, kNearer,
                     "unbiased squared maximum mean discrepancy with the kernel (x.y/512 + 1)^3 over the same "
                     "features, the mean over 100 random subsets; no KID, which goes by Inception"});
    infos.push_back({"sd-vgg19", true, kNearer,
                     "3*512 times the mean squared 2-Wasserstein distance along 1000 random directions of the same "
                     "features (what MIND is over other networks)"});
  }
  const auto add = [&](FigureGroup figure, bool is_distance, std::string_view note, std::string definition) {
    if (options.wants(figure)) infos.push_back({kFigureGroups.word(figure), is_distance, note, std::move(definition)});
  };
  add(FigureGroup::Fid, true, kNearer, "FID (Heusel et al. 2017): squared Frechet distance" + inception);
  add(FigureGroup::Kid, true, kNearer,
      "KID (Binkowski et al. 2018): unbiased squared maximum mean discrepancy with the kernel (x.y/2048 + 1)^3, the "
      "mean over 100 random subsets," +
          inception);
  add(FigureGroup::FidInfinity, true, kNearer,
      "FID extrapolated to infinitely many pictures (Chong & Forsyth 2020): the line through 15 FIDs of random "
      "subsets, from 5000 pictures or half of all on, over 1/n, at 0;" +
          inception);
  add(FigureGroup::FidTorchvision, true, kNearer,
      "squared Frechet distance of the last pooling of torchvision's Inception v3, 2048 dimensions, with " +
          resizing_text(options.fid_resize) + "; not what papers call FID");
  add(FigureGroup::FdLite0, true, kNearer,
      "squared Frechet distance of the last pooling of EfficientNet-lite0, 1280 dimensions, the whole picture resized "
      "to 224 px (bicubic, antialiasing); no FID");
  add(FigureGroup::Is, false, "more is better",
      "Inception Score (Salimans et al. 2016): exp of the mean KL divergence of each picture's classes from those of "
      "its part, the mean over --splits parts; 1008 classes without bias" +
          inception);
  add(FigureGroup::IsLite0, false, "more is better",
      "exp of the mean KL divergence of each picture's classes from those of its part, the mean over --splits parts; "
      "the "
      "1000 classes of EfficientNet-lite0, the whole picture resized to 224 px (bicubic, antialiasing); no Inception "
      "Score, which goes by Inception");
  add(FigureGroup::ArtFid, false, "less is better",
      "ArtFID as StyleID's authors compute it: (1 + mean LPIPS of AlexNet from the photos) * (1 + squared Frechet "
      "distance of ArtFID's Inception, from the paintings, each as often as there are pictures of it), at --size "
      "without resizing to 299 px");
  add(FigureGroup::ArtFidInfinity, false, "less is better",
      "ArtFID as its authors publish it (Wright & Ommer 2022): as art-fid, with the distance extrapolated to "
      "infinitely many pictures");
  return infos;
}

std::vector<SetFigure> distances_of(Space space, const FeatureSet& set, const Reference& reference,
                                    const EvaluateOptions& options) {
  std::vector<SetFigure> figures;
  const int64_t count = set.count();
  if (count < 2) return figures;
  const bool is_inception = space == Space::Inception;
  if (!is_inception || options.wants(FigureGroup::Fid)) {
    figures.push_back({frechet_word(space), frechet_distance(set.gaussian(), reference.gaussian), {}, 0, count});
  }
  const bool by_kernel = space == Space::Vgg19 || (is_inception && options.wants(FigureGroup::Kid));
  if (by_kernel && reference.kept.defined()) {
    const KernelDistance kernel =
        kernel_distance(set.kept(), reference.kept, {.subset_size = options.subset_size, .seed = options.seed});
    figures.push_back({is_inception ? figure_word(FigureGroup::Kid) : "kd-vgg19", kernel.mean, kernel.stddev,
                       kernel.subset_size, count});
  }
  if (space == Space::Vgg19 && reference.kept.defined()) {
    figures.push_back(
        {"sd-vgg19", sliced_distance(set.kept(), reference.kept, kDirections, options.seed), {}, 0, count});
  }
  if (is_inception && options.wants(FigureGroup::FidInfinity) && count >= 4) {
    figures.push_back({figure_word(FigureGroup::FidInfinity),
                       extrapolated_distance(set.kept(), reference.gaussian, {.seed = options.seed}),
                       {},
                       0,
                       count});
  }
  return figures;
}

std::vector<SetFigure> scores_of(const SetFeatures& set, double perceptual, const EvaluateOptions& options) {
  std::vector<SetFigure> figures;
  const auto score = [&](FigureGroup figure, const at::Tensor& logits) {
    if (options.wants(figure) && logits.defined() && logits.size(0) >= options.splits) {
      figures.push_back(score_figure(figure, logits, options));
    }
  };
  score(FigureGroup::Is, set.inception_classes());
  score(FigureGroup::IsLite0, set.lite0_classes());
  const at::Tensor art = set.art();
  if (!art.defined() || std::isnan(perceptual)) return figures;
  const at::Tensor paintings = set.paintings();
  if (options.wants(FigureGroup::ArtFid) && art.size(0) >= 2) {
    const double distance = frechet_distance(gaussian_of_rows(art), gaussian_of_rows(paintings));
    figures.push_back({figure_word(FigureGroup::ArtFid), (1 + perceptual) * (1 + distance), {}, 0, art.size(0)});
  }
  if (options.wants(FigureGroup::ArtFidInfinity) && art.size(0) >= 4) {
    const double distance = extrapolated_distance(art, paintings, {.seed = options.seed});
    figures.push_back(
        {figure_word(FigureGroup::ArtFidInfinity), (1 + perceptual) * (1 + distance), {}, 0, art.size(0)});
  }
  return figures;
}

std::vector<std::string> few_for_distances(int64_t count, const std::string& what, const std::vector<Space>& spaces,
                                           const EvaluateOptions& options) {
  std::vector<std::string> warnings;
  for (const Space space : spaces) {
    if (count < 2 || count > dimensions_of(space)) continue;
    if (space == Space::Inception && !options.wants(FigureGroup::Fid)) continue;
    if (space == Space::Art && !options.wants(FigureGroup::ArtFid)) continue;
    std::string sentence = what + " has " + std::to_string(count) + " pictures: with fewer than " +
                           std::to_string(dimensions_of(space) + 1) + " the covariance is singular, and " +
                           frechet_word(space) +
                           " comes out too large; compare it only with figures of as many pictures";
    if (space == Space::Vgg19) sentence += ", or go by kd-vgg19";
    if (space == Space::Inception) sentence += ", or go by kid";
    warnings.push_back(std::move(sentence));
  }
  return warnings;
}

std::vector<std::string> few_for_figures(int64_t count, const std::string& what, const EvaluateOptions& options) {
  std::vector<Space> spaces = options.compared_spaces();
  if (options.uses(Space::Art)) spaces.push_back(Space::Art);
  if (count < 1) return {};
  std::vector<std::string> warnings = few_for_distances(count, what, spaces, options);
  const std::string has = what + " has " + std::to_string(count) + " pictures: ";
  for (const FigureGroup figure : {FigureGroup::FidInfinity, FigureGroup::ArtFidInfinity}) {
    if (!options.wants(figure) || count >= kMany) continue;
    warnings.push_back(has + figure_word(figure) +
                       " is extrapolated from at least 5000 by its authors, and is a guess here");
  }
  for (const FigureGroup figure : {FigureGroup::Is, FigureGroup::IsLite0}) {
    if (!options.wants(figure) || count >= kMany) continue;
    if (count < options.splits) {
      warnings.push_back(has + figure_word(figure) + " needs one for each of its " + std::to_string(options.splits) +
                         " parts, and is left out; give --splits " + std::to_string(count) + " or fewer");
    } else {
      warnings.push_back(has + figure_word(figure) +
                         " comes out too low with so few; compare it only with figures of as many pictures and parts");
    }
  }
  return warnings;
}

}  // namespace styler::app
