#include "styler/core/metrics/picture_figures.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <optional>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/loss/content.hpp"
#include "styler/core/metrics/frechet_distance.hpp"
#include "styler/core/metrics/networks/perceptual_distance.hpp"
#include "styler/core/metrics/self_similarity.hpp"
#include "styler/core/metrics/structural_similarity.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler {
namespace {

constexpr Layer kPlacesLayer{LayerKind::Relu, 3, 1};
constexpr Layer kSetLayer{LayerKind::Relu, 5, 1};
constexpr std::array kContentMseLayers{Layer{LayerKind::Relu, 4, 1}, Layer{LayerKind::Relu, 5, 1}};
/// Self-similarities grow with the fourth power of the edge; at 512 px they take four times as long as all else.
constexpr int64_t kSelfSimilarityEdge = 256;

/// Our objective with terms that nothing multiplies, as reports have them.
ObjectiveOptions plain_objective() {
  ObjectiveOptions options;
  options.content_weight = options.style_weight = options.tv_weight = 1;
  options.strength = 0.5;
  options.range_weight = 0;
  return options;
}

std::vector<Layer> style_layers() {
  std::vector<Layer> layers;
  for (const WeightedLayer& entry : ObjectiveOptions().style_layers) layers.push_back(entry.layer);
  return layers;
}

/// Of a picture's features of one layer, [C, positions], divided by the unit.
at::Tensor places_of(const at::Tensor& features, double unit) { return features[0].flatten(1).to(at::kDouble) / unit; }

FeatureStatistics statistics_of_places(const at::Tensor& features, double unit) {
  FeatureAccumulator sums(features.size(1));
  const at::Tensor places = places_of(features, unit).t();
  sums.add(places);
  if (places.size(0) == 1) sums.add(places);  // of one place there is no spread
  return sums.statistics();
}

PaintingLook::Moments moments_of(const at::Tensor& features, double unit) {
  const at::Tensor places = places_of(features, unit);
  const at::Tensor mean = places.mean(1);
  return {mean.cpu(), (places - mean.unsqueeze(1)).square().mean(1).sqrt().cpu()};
}

double mean_square(const at::Tensor& difference) { return difference.square().mean().item<double>(); }

}  // namespace

const std::array<FigureInfo, kFigureCount>& figure_infos() {
  static constexpr std::array<FigureInfo, kFigureCount> kInfos{{
      {Figure::Content, "content", true, false, false,
       "the content term of styler's objective: the squared differences of relu4_2's features from the photo's, by the "
       "square of the photo's; 1 is as far off as a blank"},
      {Figure::ContentMse, "content-mse", true, false, false,
       "the mean squared difference from the photo's features, averaged over relu4_1 and relu5_1 (MicroAST's content "
       "loss, over styler's VGG19)"},
      {Figure::Cfsd, "cfsd-vgg19", true, false, false,
       "StyleID's content feature structural distance: KL divergence of the rows' softmax of the self-similarities of "
       "relu3_1, at 256 px"},
      {Figure::Ssim, "ssim", true, false, true,
       "structural similarity with the photo (Wang et al. 2004): a Gaussian window of 11x11 and deviation 1.5, the "
       "mean "
       "over red, green and blue"},
      {Figure::LpipsVgg19, "lpips-vgg19", true, false, false,
       "LPIPS' baseline that nothing was learnt for (Zhang et al. 2018): squared differences of features of length 1, "
       "summed over the channels and averaged over the positions of relu1_1, 2_1, 3_1, 4_1, 5_1"},
      {Figure::LpipsAlex, "lpips-alex", true, false, false,
       "LPIPS 0.1 (Zhang et al. 2018) with AlexNet and its learnt weights"},
      {Figure::LpipsVgg, "lpips-vgg", true, false, false,
       "LPIPS 0.1 (Zhang et al. 2018) with VGG16 and its learnt weights"},
      {Figure::LpipsSqueeze, "lpips-squeeze", true, false, false,
       "LPIPS 0.1 (Zhang et al. 2018) with SqueezeNet 1.1 and its learnt weights"},
      {Figure::Style, "style", false, true, false,
       "the style term of styler's objective: the squared differences of the Gram matrices from the painting's by the "
       "square of the painting's, summed over relu1_1, 2_1, 3_1, 4_1, 5_1"},
      {Figure::StyleMoments, "style-moments", false, true, false,
       "squared differences of the channels' means and of their deviations from the painting's, averaged over relu1_1, "
       "2_1, 3_1, 4_1, 5_1 (MicroAST's style loss, over styler's VGG19)"},
      {Figure::SingleFrechet, "sfd-vgg19", false, true, false,
       "Frechet distance of the features of relu3_1, position by position, from the painting's: what SIFID is over "
       "Inception"},
      {Figure::TotalVariation, "tv", false, false, false,
       "the mean absolute difference of neighbouring pixels, the sum of both directions; more is noisier"},
  }};
  return kInfos;
}

/// A network that knows the features of the last pictures still: the objective's terms and all other figures go by the
/// same ones.
class PictureMeter::Remembered final : public FeatureExtractor {
 public:
  explicit Remembered(const FeatureExtractor& network) : network_(network) {}

  const std::vector<Layer>& layers() const override { return network_.layers(); }
  int64_t min_edge() const override { return network_.min_edge(); }
  Padding padding() const override { return network_.padding(); }
  FeaturePass run(const at::Tensor& input, BlockRange blocks, WayBack way_back) const override {
    STYLER_ASSERT(way_back == WayBack::None && blocks.first == 1);
    for (const Known& known : known_) {
      if (known.picture.is_same(input)) return known.pass;
    }
    constexpr size_t kPictures = 2;  // a result and its photo
    if (known_.size() == kPictures) known_.pop_front();
    known_.push_back({input, network_.run(input, blocks, way_back)});
    return known_.back().pass;
  }
  void release_memory() const override {
    forget();
    network_.release_memory();
  }
  void forget() const { known_.clear(); }
  const at::Tensor& of_layer(const std::vector<at::Tensor>& features, const Layer& layer) const {
    const std::optional<size_t> index = index_of(layers(), layer);
    STYLER_ASSERT(index);
    return features[*index];
  }

 private:
  struct Known {
    at::Tensor picture;
    FeaturePass pass;
  };
  const FeatureExtractor& network_;
  mutable std::deque<Known> known_;
};

std::vector<Layer> PictureMeter::layers() {
  std::vector<Layer> layers = plain_objective().layers();
  layers.insert(layers.end(), kContentMseLayers.begin(), kContentMseLayers.end());
  layers.push_back(kPlacesLayer);
  layers.push_back(kSetLayer);
  return ordered_once(std::move(layers));
}

PictureMeter::PictureMeter(const FeatureExtractor& network, const InputConvention& convention)
    : network_(network), remembered_(std::make_unique<Remembered>(network)) {
  // How many values of a network a unit of the picture is, in those of torchvision's.
  const auto gain = [](const InputConvention& of) {
    return of.scale * 3 / (of.stddev[0] + of.stddev[1] + of.stddev[2]);
  };
  unit_ = gain(convention) / gain(InputConvention::torchvision());
}

PictureMeter::~PictureMeter() = default;

PaintingLook PictureMeter::look_at(const at::Tensor& painting) {
  const at::NoGradGuard no_grad;
  PaintingLook look;
  look.targets = compute_style_targets(*remembered_, plain_objective(), {painting, {}});
  const std::vector<at::Tensor> features = remembered_->features(painting);
  for (const Layer& layer : style_layers()) {
    look.moments.push_back(moments_of(remembered_->of_layer(features, layer), unit_));
  }
  look.places = statistics_of_places(remembered_->of_layer(features, kPlacesLayer), unit_);
  remembered_->forget();
  return look;
}

at::Tensor PictureMeter::row_of(const std::vector<at::Tensor>& features) const {
  return places_of(remembered_->of_layer(features, kSetLayer), unit_).mean(1).unsqueeze(0).cpu();
}

at::Tensor PictureMeter::features_of(const at::Tensor& picture) {
  const at::NoGradGuard no_grad;
  return row_of(network_.features(picture));
}

double PictureMeter::cfsd(const at::Tensor& result, const at::Tensor& photo) const {
  const Size whole = picture_size(result);
  const Size size = scaled_to_long_edge(whole, std::min(whole.long_edge(), kSelfSimilarityEdge));
  if (size.short_edge() < network_.min_edge()) return std::numeric_limits<double>::quiet_NaN();
  const auto places = [&](const at::Tensor& picture) {
    const std::vector<at::Tensor> features = network_.features(resized(picture, size));
    return remembered_->of_layer(features, kPlacesLayer).to(at::kFloat) / unit_;
  };
  return self_similarity_distance(places(photo), places(result));
}

PictureMeter::Measures PictureMeter::measure(const at::Tensor& result, const at::Tensor& photo,
                                             const PaintingLook* painting) {
  const at::NoGradGuard no_grad;
  Measures measures;
  measures.figures.fill(std::numeric_limits<double>::quiet_NaN());
  const auto figure = [&measures](Figure which) -> double& { return measures.figures[static_cast<size_t>(which)]; };

  const at::Tensor& content = photo.defined() ? photo : result;
  std::vector<StylePart> styles;
  if (painting) styles.push_back({painting->targets, 1.0, 0});
  const Objective objective(*remembered_, plain_objective(), {content, {}}, styles);
  const LossBreakdown terms = objective.loss(result);
  figure(Figure::TotalVariation) = terms.tv;

  const std::vector<at::Tensor> features = remembered_->features(result);
  if (photo.defined()) {
    figure(Figure::Content) = terms.content;
    const std::vector<at::Tensor> of_photo = remembered_->features(photo);
    double sum = 0;
    for (const Layer& layer : kContentMseLayers) {
      const at::Tensor& of_result = remembered_->of_layer(features, layer);
      sum += content_loss(of_result, remembered_->of_layer(of_photo, layer),
                          1.0 / (unit_ * unit_ * static_cast<double>(of_result.numel())));
    }
    figure(Figure::ContentMse) = sum / static_cast<double>(kContentMseLayers.size());
    figure(Figure::Cfsd) = cfsd(result, photo);
    double perceptual = 0;
    for (const Layer& layer : style_layers()) {
      perceptual += layer_difference(remembered_->of_layer(features, layer).to(at::kFloat),
                                     remembered_->of_layer(of_photo, layer).to(at::kFloat));
    }
    figure(Figure::LpipsVgg19) = perceptual;
    if (picture_size(result).short_edge() >= kSimilarityEdge) {
      figure(Figure::Ssim) = structural_similarity(result, photo);
    }
  }
  if (painting) {
    figure(Figure::Style) = terms.style;
    const std::vector<Layer> layers = style_layers();
    double sum = 0;
    for (size_t i = 0; i < layers.size(); ++i) {
      const PaintingLook::Moments own = moments_of(remembered_->of_layer(features, layers[i]), unit_);
      sum += mean_square(own.mean - painting->moments[i].mean) +
             mean_square(own.deviation - painting->moments[i].deviation);
    }
    figure(Figure::StyleMoments) = sum / static_cast<double>(layers.size());
    figure(Figure::SingleFrechet) =
        frechet_distance(statistics_of_places(remembered_->of_layer(features, kPlacesLayer), unit_), painting->places);
  }
  measures.features = row_of(features);
  remembered_->forget();
  return measures;
}

}  // namespace styler
