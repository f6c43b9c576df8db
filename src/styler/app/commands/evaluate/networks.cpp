#include "styler/app/commands/evaluate/networks.hpp"

#include <algorithm>
#include <array>

#include "styler/core/metrics/networks/judged_input.hpp"
#include "styler/weights/networks.hpp"

namespace styler::app {
namespace {

/// A figure of LPIPS with its two networks.
struct PerceptualChoice {
  FigureGroup group;
  Figure figure;
  TrunkKind kind;
  NetworkName trunk, learnt;
};
constexpr std::array kPerceptual{
    PerceptualChoice{FigureGroup::LpipsAlex, Figure::LpipsAlex, TrunkKind::Alex, NetworkName::Alexnet,
                     NetworkName::LpipsAlex},
    PerceptualChoice{FigureGroup::LpipsVgg, Figure::LpipsVgg, TrunkKind::Vgg, NetworkName::Vgg16,
                     NetworkName::LpipsVgg},
    PerceptualChoice{FigureGroup::LpipsSqueeze, Figure::LpipsSqueeze, TrunkKind::Squeeze, NetworkName::Squeezenet,
                     NetworkName::LpipsSqueeze},
};

at::Tensor on_cpu(const at::Tensor& rows) { return rows.to(at::kCPU); }

}  // namespace

JudgingNetworks::JudgingNetworks(const EvaluateOptions& options, const at::Device& device, spdlog::logger& log)
    : resize_(options.fid_resize),
      device_(device),
      scores_inception_(options.wants(FigureGroup::Is)),
      scores_lite0_(options.wants(FigureGroup::IsLite0)) {
  if (options.uses(Space::Inception)) {
    inception_.emplace(InceptionKind::Fid, found(NetworkName::Inception2015, log), device);
  }
  if (options.uses(Space::InceptionTorchvision)) {
    torchvision_.emplace(InceptionKind::Torchvision, found(NetworkName::InceptionTorchvision, log), device);
  }
  if (options.uses(Space::Art)) art_.emplace(InceptionKind::Art, found(NetworkName::InceptionArt, log), device);
  if (options.uses(Space::Lite0)) lite0_.emplace(found(NetworkName::EfficientNetLite0, log), device);
  for (const PerceptualChoice& choice : kPerceptual) {
    if (!options.wants(choice.group) && !(choice.group == FigureGroup::LpipsAlex && art_)) continue;
    const NetworkWeights trunk = found(choice.trunk, log);
    perceptual_.push_back({choice.figure, {choice.kind, trunk, found(choice.learnt, log), device}});
  }
}

NetworkWeights JudgingNetworks::found(NetworkName name, spdlog::logger& log) {
  UsedNetwork used{name, find_weights(name, std::nullopt), {}, {}};
  NetworkWeights weights = load_network(network_files(name).form(), used.file);
  used.contents = check_contents(name, weights, used.file);
  used.origin = weights.origin;
  log.info("weights {}, from {} ({})", used.file.string(), used.origin.source, used.origin.licence);
  used_.push_back(std::move(used));
  return weights;
}

int64_t JudgingNetworks::min_edge() const {
  int64_t edge = 1;
  if (art_) edge = Inception::kMinEdge;
  if (!perceptual_.empty()) edge = std::max(edge, PerceptualTrunk::kMinEdge);
  return edge;
}

NetworkInputs JudgingNetworks::inputs_of(const at::Tensor& picture) const {
  NetworkInputs inputs;
  if (inception_ || torchvision_) inputs.inception = inception_input(picture, resize_);
  if (lite0_) inputs.lite0 = lite0_input(picture);
  return inputs;
}

void JudgingNetworks::look_at(const NetworkInputs& inputs, PictureFeatures& features) const {
  const auto row = [&](Space space) -> at::Tensor& { return features.rows[static_cast<size_t>(space)]; };
  if (inception_) {
    const at::Tensor means = inception_->features(inputs.inception.to(device_));
    row(Space::Inception) = on_cpu(means);
    if (scores_inception_) features.inception_classes = on_cpu(inception_->logits(means));
  }
  if (torchvision_) row(Space::InceptionTorchvision) = on_cpu(torchvision_->features(inputs.inception.to(device_)));
  if (lite0_) {
    const at::Tensor means = lite0_->features(inputs.lite0.to(device_));
    row(Space::Lite0) = on_cpu(means);
    if (scores_lite0_) features.lite0_classes = on_cpu(lite0_->logits(means));
  }
}

at::Tensor JudgingNetworks::art_features(const at::Tensor& picture) const {
  return art_ ? on_cpu(art_->features(picture)) : at::Tensor();
}

void JudgingNetworks::compare(const at::Tensor& result, const at::Tensor& photo, PictureFigures& figures) const {
  for (const Perceptual& perceptual : perceptual_) {
    figures[static_cast<size_t>(perceptual.figure)] = perceptual.distance.between(result, photo);
  }
}

}  // namespace styler::app
