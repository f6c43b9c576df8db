#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "styler/core/stylize/stylizer.hpp"

namespace styler {

/// What a run does with the content's regions. Without any, nothing: every picture is given back as it came.
class RunRegions {
 public:
  /// \param input  must outlive this.
  explicit RunRegions(const StylizeInput& input);

  /// From now on the pictures are of this scale.
  /// \param content  as the network gets it, wherever it is continued by its mirror image.
  /// \param size     of the scale itself.
  void begin_scale(const Picture& content, Size size);
  /// How far the pixels of the scale's content belong to each region: for Objective.
  std::vector<at::Tensor> shares() const;
  /// The same of a style picture at some size, continued to `wide`; undefined where all of it counts.
  at::Tensor share_of_style(const StyleSource& style, Size size, Size wide, c10::Device device) const;
  /// Of the style's region, as it was given; undefined without regions.
  at::Tensor share_of_content(const StyleSource& style) const;

  /// The picture that is optimised, of the size that the network gets, with the content where no style is.
  at::Tensor composed(const at::Tensor& picture) const;
  /// What becomes of the gradient with respect to that on its way to the picture that is optimised.
  at::Tensor followed(const at::Tensor& gradient) const;
  /// A finished picture of any size, with the content's own colours where no style is.
  at::Tensor finished(const at::Tensor& picture) const;

 private:
  const StylizeInput& input_;
  at::Tensor kept_;  ///< How far pixels belong to regions without a style, as given; undefined where all have one.
  Size size_;
  at::Tensor content_;    ///< Of the scale in work.
  at::Tensor kept_here_;  ///< Of its size.
};

/// Checks what the caller guarantees of regions, and that each with styles has one with a share above 0.
/// \throws Error{InvalidArgument} for shares.
void check_region_styles(const StylizeInput& input);

/// What the styles do without at a scale: one sentence, without its full stop, for every region and layer for which
/// there is too little.
std::vector<std::string> too_small_regions(const StylizeInput& input, const StylizeOptions& options, Size content,
                                           int64_t min_edge);

}  // namespace styler
