#include "styler/weights/networks.hpp"

#include <algorithm>
#include <array>

#include "styler/base/error.hpp"
#include "styler/core/metrics/networks/efficientnet_lite0.hpp"
#include "styler/core/metrics/networks/inception.hpp"
#include "styler/core/metrics/networks/perceptual_distance.hpp"
#include "styler/core/metrics/networks/perceptual_trunk.hpp"
#include "styler/core/network/vgg19_weights.hpp"
#include "styler/weights/vgg_layout.hpp"

namespace styler {
namespace {

const NetworkForm& inception_2015_form() { return Inception::form(InceptionKind::Fid); }
const NetworkForm& inception_torchvision_form() { return Inception::form(InceptionKind::Torchvision); }
const NetworkForm& inception_art_form() { return Inception::form(InceptionKind::Art); }
const NetworkForm& alexnet_form() { return PerceptualTrunk::form(TrunkKind::Alex); }
const NetworkForm& vgg16_form() { return PerceptualTrunk::form(TrunkKind::Vgg); }
const NetworkForm& squeezenet_form() { return PerceptualTrunk::form(TrunkKind::Squeeze); }
const NetworkForm& lpips_alex_form() { return PerceptualDistance::form(TrunkKind::Alex); }
const NetworkForm& lpips_vgg_form() { return PerceptualDistance::form(TrunkKind::Vgg); }
const NetworkForm& lpips_squeeze_form() { return PerceptualDistance::form(TrunkKind::Squeeze); }

/// Of files that call the tensors what our own does.
template <const NetworkForm& (*kForm)()>
FoundNetwork find_same_names(const ForeignTensors& tensors, const std::filesystem::path& file) {
  FoundNetwork found;
  for (const TensorEntry& entry : kForm().tensors) {
    found.tensors.emplace_back(entry.name,
                               read_float_tensor(tensors, entry.name, entry.shape, kForm(), file).contiguous());
  }
  check_finite(found.tensors, file);
  return found;
}

template <const NetworkForm& (*kForm)()>
constexpr NetworkFiles judge(NetworkName name, const char* script, const char* convention, const char* serves) {
  return {name, kForm, find_same_names<kForm>, nullptr, nullptr, script, convention, serves};
}

constexpr const char* kLpipsScript = "scripts/get_weights.sh lpips";

constexpr std::array kNetworks{
    NetworkFiles{NetworkName::Vgg19, vgg19_form, find_vgg, "--weights", "STYLER_WEIGHTS", "scripts/get_weights.sh"},
    judge<inception_2015_form>(NetworkName::Inception2015, nullptr, "inception",
                               "the network of FID and KID, as pytorch-fid, clean-fid and torch-fidelity have it; "
                               "evaluate --figures fid, kid, "
                               "fid-infinity and is go by it"),
    judge<inception_torchvision_form>(
        NetworkName::InceptionTorchvision, nullptr, "inception",
        "its distances are not those that papers call FID; evaluate --figures fid-torchvision goes by it"),
    judge<inception_art_form>(NetworkName::InceptionArt, nullptr, "unit",
                              "evaluate --figures art-fid and art-fid-infinity go by it, and by LPIPS"),
    judge<EfficientNetLite0::form>(
        NetworkName::EfficientNetLite0, "scripts/get_weights.sh efficientnet-lite0", "torchvision",
        "its score is no Inception Score; evaluate --figures is-lite0 and fd-lite0 go by it"),
    judge<alexnet_form>(NetworkName::Alexnet, nullptr, "torchvision",
                        "evaluate --figures lpips-alex goes by it and by LPIPS' own weights"),
    judge<vgg16_form>(NetworkName::Vgg16, nullptr, "torchvision",
                      "evaluate --figures lpips-vgg goes by it and by LPIPS' own weights"),
    judge<squeezenet_form>(NetworkName::Squeezenet, nullptr, "torchvision",
                           "evaluate --figures lpips-squeeze goes by it and by LPIPS' own weights"),
    judge<lpips_alex_form>(NetworkName::LpipsAlex, kLpipsScript, "torchvision",
                           "evaluate --figures lpips-alex goes by them and by torchvision's AlexNet"),
    judge<lpips_vgg_form>(NetworkName::LpipsVgg, kLpipsScript, "torchvision",
                          "evaluate --figures lpips-vgg goes by them and by torchvision's VGG16"),
    judge<lpips_squeeze_form>(NetworkName::LpipsSqueeze, kLpipsScript, "torchvision",
                              "evaluate --figures lpips-squeeze goes by them and by torchvision's SqueezeNet 1.1"),
};
static_assert(kNetworks.size() == kNetworkNames.entries.size(), "every name has its network");

}  // namespace

const NetworkFiles& network_files(NetworkName name) {
  const auto network = std::ranges::find(kNetworks, name, &NetworkFiles::name);
  STYLER_ASSERT(network != kNetworks.end());
  return *network;
}

NetworkName network_among(const ForeignTensors& tensors) {
  const auto has = [&](const std::string& name, const std::vector<int64_t>& shape) {
    const auto found = tensors.find(name);
    return found != tensors.end() && (shape.empty() || found->second.shape == shape);
  };
  const std::vector<int64_t> any;
  if (has("Conv2d_1a_3x3.conv.weight", {32, 3, 3, 3}) && has("Mixed_7c.branch_pool.conv.weight", any)) {
    if (has("fc.weight", {Inception::kClasses, Inception::kDimensions})) return NetworkName::Inception2015;
    // ArtFID's has two layers for classes, of other names.
    return has("fc.weight", any) ? NetworkName::InceptionTorchvision : NetworkName::InceptionArt;
  }
  if (has("_conv_stem.weight", {32, 3, 3, 3}) && has("_conv_head.weight", {1280, 320, 1, 1})) {
    return NetworkName::EfficientNetLite0;
  }
  if (has("features.0.weight", {64, 3, 11, 11})) return NetworkName::Alexnet;
  if (has("features.3.squeeze.weight", any)) return NetworkName::Squeezenet;
  if (has("features.0.weight", any) && has("features.17.weight", any))
    return NetworkName::Vgg16;  // VGG19 has a pool there
  if (has("lin0.model.1.weight", any)) {
    if (has("lin6.model.1.weight", any)) return NetworkName::LpipsSqueeze;
    return has("lin1.model.1.weight", {1, 192, 1, 1}) ? NetworkName::LpipsAlex : NetworkName::LpipsVgg;
  }
  return NetworkName::Vgg19;
}

}  // namespace styler
