#include "styler/core/stylize/regions.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include <cmath>

#include "styler/base/error.hpp"
#include "styler/core/picture/mirror.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler {
namespace {

bool has_style(const StylizeInput& input, size_t region) {
  for (const StyleSource& style : input.styles) {
    if (style.region == region) return true;
  }
  return false;
}

/// Shares of a region among the pixels of a picture of this size, as the network gets it.
at::Tensor share_for_network(const at::Tensor& share, Size size, Size wide, c10::Device device) {
  return mirrored_to(resized_share(share.to(device), size), wide);
}

at::Tensor mixed(const at::Tensor& kept, const at::Tensor& content, const at::Tensor& picture) {
  return kept * content + (1 - kept) * picture;  // exactly the one or the other where it is all of it
}

/// A picture of which a part counts.
struct Part {
  std::string which;  ///< `the content picture`
  const Picture& picture;
  const at::Tensor& share;
  Size size;  ///< At which it is looked at.
};

/// Whether there is enough of the part in each of the layers; adds a sentence for each that has too little.
void check_part(const Part& part, const std::string& region, const ObjectiveOptions& options, int64_t min_edge,
                std::vector<std::string>& sentences) {
  const Size wide = enlarged_to(part.size, min_edge);
  at::Tensor alpha;
  if (part.picture.alpha.defined()) {
    alpha = mirrored_to(resized(part.picture.alpha.cpu(), part.size).clamp(0, 1), wide);
  }
  const at::Tensor share = share_for_network(part.share, part.size, wide, at::kCPU);
  std::vector<Layer> layers;
  layers.reserve(options.style_layers.size());
  for (const WeightedLayer& entry : options.style_layers) {
    if (entry.weight > 0) layers.push_back(entry.layer);
  }
  const PositionWeights weights = position_weights(layers, wide, alpha, share);
  const double pixels = (alpha.defined() ? alpha * share : share).sum(at::kDouble).item<double>();
  for (size_t i = 0; i < layers.size(); ++i) {
    if (weights.sums[i] > 0) continue;
    const auto cell = static_cast<double>(layers[i].stride() * layers[i].stride());
    sentences.push_back("region " + region + " of " + part.which + " has " + std::to_string(std::llround(pixels)) +
                        " pixels at " + size_text(part.size) + " px, but " + layers[i].name() +
                        " as a style layer needs " + std::to_string(std::llround(kLeastPositions * cell)));
  }
}

std::string name_of(const StyleSource& style) {
  return style.name.empty() ? "the style picture" : "the style picture '" + style.name + "'";
}

}  // namespace

RunRegions::RunRegions(const StylizeInput& input) : input_(input) {
  for (size_t region = 0; region < input.regions.size(); ++region) {
    if (has_style(input, region)) continue;
    const at::Tensor& share = input.regions[region].share;
    kept_ = kept_.defined() ? kept_ + share : share;
  }
}

void RunRegions::begin_scale(const Picture& content, Size size) {
  size_ = size;
  content_ = content.colour;
  if (kept_.defined()) kept_here_ = share_for_network(kept_, size, picture_size(content_), content_.device());
}

std::vector<at::Tensor> RunRegions::shares() const {
  std::vector<at::Tensor> result;
  result.reserve(input_.regions.size());
  for (const ContentRegion& region : input_.regions) {
    result.push_back(share_for_network(region.share, size_, picture_size(content_), content_.device()));
  }
  return result;
}

at::Tensor RunRegions::share_of_style(const StyleSource& style, Size size, Size wide, c10::Device device) const {
  if (input_.regions.empty() || !style.region_share.defined()) return {};
  return share_for_network(style.region_share, size, wide, device);
}

at::Tensor RunRegions::share_of_content(const StyleSource& style) const {
  return input_.regions.empty() ? at::Tensor() : input_.regions[style.region].share;
}

at::Tensor RunRegions::composed(const at::Tensor& picture) const {
  return kept_.defined() ? mixed(kept_here_, content_, picture) : picture;
}

at::Tensor RunRegions::followed(const at::Tensor& gradient) const {
  return kept_.defined() ? gradient * (1 - kept_here_) : gradient;
}

at::Tensor RunRegions::finished(const at::Tensor& picture) const {
  if (!kept_.defined()) return picture;
  const Size size = picture_size(picture);
  const at::Tensor content = resized(input_.content.colour.to(picture.device()), size).clamp(0, 1);
  return mixed(resized_share(kept_.to(picture.device()), size), content, picture);
}

void check_region_styles(const StylizeInput& input) {
  if (input.regions.empty()) return;
  STYLER_ASSERT(input.content.colour.defined());
  std::vector<double> shares(input.regions.size());
  for (const ContentRegion& region : input.regions) {
    STYLER_ASSERT(region.share.dim() == 4 && region.share.size(0) == 1 && region.share.size(1) == 1);
  }
  for (const StyleSource& style : input.styles) {
    STYLER_ASSERT(style.region < input.regions.size());
    shares[style.region] += style.weight;
  }
  for (size_t region = 0; region < shares.size(); ++region) {
    if (shares[region] > 0 || !has_style(input, region)) continue;
    throw Error(ErrorCode::InvalidArgument, "the shares of all styles of region " + input.regions[region].name +
                                                " are 0 but one must be above; leave them out");
  }
}

std::vector<std::string> too_small_regions(const StylizeInput& input, const StylizeOptions& options, Size content,
                                           int64_t min_edge) {
  std::vector<std::string> sentences;
  if (input.regions.empty()) return sentences;
  const std::vector<Size> sizes = style_sizes(style_extents(input), content, options.style_scale, min_edge);
  for (size_t region = 0; region < input.regions.size(); ++region) {
    if (!has_style(input, region)) continue;
    const std::string& name = input.regions[region].name;
    check_part({"the content picture", input.content, input.regions[region].share, content}, name, options.objective,
               min_edge, sentences);
    for (size_t i = 0; i < input.styles.size(); ++i) {
      const StyleSource& style = input.styles[i];
      if (style.region != region || !style.region_share.defined()) continue;
      check_part({name_of(style), style.picture, style.region_share, sizes[i]}, name, options.objective, min_edge,
                 sentences);
    }
  }
  return sentences;
}

void check_regions(const StylizeInput& input, const StylizeOptions& options, int64_t min_edge) {
  if (input.regions.empty()) return;
  const Size finest = make_schedule(own_size(input.content), options.schedule, min_edge).back().size;
  const std::vector<std::string> sentences = too_small_regions(input, options, finest, min_edge);
  if (sentences.empty()) return;
  throw Error(ErrorCode::Input,
              sentences.front() + "; make the region or --size larger, or leave the layer out of --style-layers");
}

}  // namespace styler
