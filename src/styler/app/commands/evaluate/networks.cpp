#include "styler/app/commands/evaluate/networks.hpp"

#include <ATen/ops/cat.h>

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

/// Measured on two cores: of 2, 4 and 8 pictures at once 4 take the least, a tenth less than one by one.
constexpr int64_t kAtOnce = 4;

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

int64_t JudgingNetworks::pictures_at_once() const { return need_own_size() ? kAtOnce : 1; }

void JudgingNetworks::look_at(const std::vector<LookedAt>& pictures) const {
  if (pictures.empty()) return;
  const auto together = [&](at::Tensor NetworkInputs::* input) {
    std::vector<at::Tensor> all;
    all.reserve(pictures.size());
    for (const LookedAt& picture : pictures) all.push_back(picture.inputs->*input);
    return at::cat(all).to(device_);
  };
  const auto hand_out = [&](const at::Tensor& rows, const auto& place) {
    const at::Tensor all = on_cpu(rows);
    for (size_t i = 0; i < pictures.size(); ++i) {
      place(*pictures[i].features) = all.narrow(0, static_cast<int64_t>(i), 1);
    }
  };
  const auto of = [](Space space) {
    return [space](PictureFeatures& features) -> at::Tensor& { return features.rows[static_cast<size_t>(space)]; };
  };
  if (inception_) {
    const at::Tensor means = inception_->features(together(&NetworkInputs::inception));
    hand_out(means, of(Space::Inception));
    if (scores_inception_) {
      hand_out(inception_->logits(means), [](PictureFeatures& f) -> at::Tensor& { return f.inception_classes; });
    }
  }
  if (torchvision_) {
    hand_out(torchvision_->features(together(&NetworkInputs::inception)), of(Space::InceptionTorchvision));
  }
  if (lite0_) {
    const at::Tensor means = lite0_->features(together(&NetworkInputs::lite0));
    hand_out(means, of(Space::Lite0));
    if (scores_lite0_) {
      hand_out(lite0_->logits(means), [](PictureFeatures& f) -> at::Tensor& { return f.lite0_classes; });
    }
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
