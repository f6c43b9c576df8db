#include "styler/core/colour/modes.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include "styler/base/error.hpp"
#include "styler/core/colour/colour_transfer.hpp"
#include "styler/core/loss/position_weights.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler {
namespace {

/// Long edge at which colours are told: enough for what they are, and not for grain.
constexpr int64_t kSampleEdge = 384;

Picture sample_of(const Picture& picture, const at::Tensor& share) {
  const Size size = picture_size(picture.colour);
  const bool is_small = size.long_edge() <= kSampleEdge;
  Picture sample = is_small ? picture : resized(picture, scaled_to_long_edge(size, kSampleEdge));
  if (share.defined()) {
    const at::Tensor here = resized_share(share, picture_size(sample.colour)).to(sample.colour.device());
    sample.alpha = sample.alpha.defined() ? sample.alpha * here : here;
  }
  return sample;
}

ColourMap style_map(ColourMode mode, const Picture& style, const Picture& content) {
  switch (mode) {
    case ColourMode::Luminance:
      return grey_map(colour_statistics(style), colour_statistics(content));
    case ColourMode::Match:
      return match_map(colour_statistics(style), colour_statistics(content));
    case ColourMode::Histogram:
      return histogram_map(style, content);
    case ColourMode::Style:
      break;
  }
  STYLER_ASSERT(!"a mode without a map");
  return {};
}

}  // namespace

at::Tensor RunColours::prepared(const at::Tensor& colour) const {
  return mode_ == ColourMode::Luminance ? mapped(colour, grey_map()) : colour;
}

at::Tensor RunColours::style(const at::Tensor& colour, const Picture& style, const at::Tensor& share_of_style,
                             const at::Tensor& share_of_content) const {
  if (mode_ == ColourMode::Style) return colour;
  return mapped(colour, style_map(mode_, sample_of(style, share_of_style), sample_of(colours_, share_of_content)));
}

at::Tensor RunColours::followed(const at::Tensor& gradient) const {
  if (mode_ != ColourMode::Luminance) return gradient;
  return gradient.mean({1}, /*keepdim=*/true).expand_as(gradient).contiguous();
}

at::Tensor RunColours::finished(const at::Tensor& picture) const {
  if (mode_ != ColourMode::Luminance) return picture;
  return with_chroma(picture, resized(content_.colour, picture_size(picture)));
}

}  // namespace styler
