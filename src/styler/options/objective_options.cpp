#include "styler/options/objective_options.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/base/text/checks.hpp"
#include "styler/options/strength.hpp"

namespace styler {
namespace {

std::vector<WeightedLayer> parse_layers(std::initializer_list<const char*> names, double weight) {
  std::vector<WeightedLayer> layers;
  for (const char* name : names) layers.push_back({Layer::parse(name), weight});
  return layers;
}

void check_layers(const char* field, const std::vector<WeightedLayer>& layers) {
  for (size_t i = 0; i < layers.size(); ++i) {
    check_not_negative("the weight of " + layers[i].layer.name(), layers[i].weight);
    for (size_t j = 0; j < i; ++j) {
      if (layers[i].layer == layers[j].layer) {
        throw Error(ErrorCode::InvalidArgument, std::string(field) + " names " + layers[i].layer.name() +
                                                    " twice, but each layer may stand there once; add the weights");
      }
    }
  }
}

}  // namespace

ObjectiveOptions::ObjectiveOptions()
    : content_layers(parse_layers({"relu4_2"}, 1.0)),
      style_layers(parse_layers({"relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"}, 1.0)) {}

ObjectiveOptions ObjectiveOptions::preset(Preset preset) {
  ObjectiveOptions options;
  if (preset == Preset::NeuralStyle) {
    options.normalization = LossNormalization::NeuralStyle;
    options.padding = Padding::Zero;
    options.content_weight = 5;
    options.style_weight = 100;
    options.tv_weight = 1e-3;
  } else if (preset == Preset::Gatys) {
    options.normalization = LossNormalization::Gatys;
    options.padding = Padding::Zero;
    for (WeightedLayer& layer : options.style_layers) layer.weight = 1.0 / 5;
    options.content_weight = 1;
    options.style_weight = 1000;  // the paper's α/β = 1e-3
    options.tv_weight = 0;
  }
  return options;
}

void ObjectiveOptions::validate() const {
  check_not_negative("content-weight", content_weight);
  check_not_negative("style-weight", style_weight);
  check_not_negative("tv-weight", tv_weight);
  check_not_negative("range-weight", range_weight);
  if (!(strength >= 0 && strength <= 1)) {
    throw Error(
        ErrorCode::InvalidArgument,
        "strength is " + number_text(strength) +
            " but must lie between 0, the photo as it is, and 1, the style alone; use 0.5 for the preset's own");
  }
  check_layers("content-layers", content_layers);
  check_layers("style-layers", style_layers);
  if (style_loss != StyleLoss::Gram && normalization != LossNormalization::Styler) {
    throw Error(ErrorCode::InvalidArgument, "style-loss is " + std::string(kStyleLosses.word(style_loss)) +
                                                " but the presets neural-style and gatys define gram alone; use preset "
                                                "styler or leave style-loss out");
  }
  if (style_layers.empty()) {
    throw Error(ErrorCode::InvalidArgument, "style-layers is empty but must name at least one layer, as in relu1_1");
  }
}

double ObjectiveOptions::style_emphasis() const {
  const double s = strength == 0 ? 0 : std::max(strength, kOpaqueFrom);
  const double of_style = s * s;
  const double of_content = (1 - s) * (1 - s);
  return 2 * of_style / (of_style + of_content);
}

double ObjectiveOptions::content_emphasis() const { return 2 - style_emphasis(); }

double ObjectiveOptions::opacity() const { return std::min(1.0, strength / kOpaqueFrom); }

std::vector<WeightedLayer> ObjectiveOptions::fine_style_layers() const {
  const int deepest = Layer::parse("relu2_1").depth();
  std::vector<WeightedLayer> layers = style_layers;
  std::erase_if(layers, [deepest](const WeightedLayer& entry) { return entry.layer.depth() > deepest; });
  return layers;
}

std::vector<Layer> ObjectiveOptions::layers() const {
  std::vector<Layer> layers;
  for (const auto& weighted : {content_layers, style_layers}) {
    for (const WeightedLayer& entry : weighted) layers.push_back(entry.layer);
  }
  return ordered_once(std::move(layers));
}

}  // namespace styler
