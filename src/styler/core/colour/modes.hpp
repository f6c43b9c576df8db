#pragma once

#include <ATen/core/Tensor.h>

#include "styler/core/picture/picture.hpp"
#include "styler/options/colour_options.hpp"

namespace styler {

/// What a run does with colours: before, to the pictures that it works on, and after, to the one that it gives. With
/// ColourMode::Style nothing at all. What is told from pictures is told from small copies, so that it costs a fraction
/// of a second whatever their size.
class RunColours {
 public:
  /// \param content  must outlive this, as all pictures here.
  RunColours(ColourMode mode, const Picture& content) : RunColours(mode, content, content) {}
  /// The same with another picture's colours for the painting, so that all frames of a film have the same.
  RunColours(ColourMode mode, const Picture& content, const Picture& colours)
      : mode_(mode), content_(content), colours_(colours) {}

  /// Whether style targets are of this content alone.
  bool changes_style() const { return mode_ != ColourMode::Style; }

  /// The content, or what a run starts from, as it is worked on.
  at::Tensor prepared(const at::Tensor& colour) const;
  /// `colour`, which is of `style` at some size, as it is looked at.
  /// \param share_of_style, share_of_content  of the region that the style is for, of any size; undefined: everything.
  at::Tensor style(const at::Tensor& colour, const Picture& style, const at::Tensor& share_of_style = {},
                   const at::Tensor& share_of_content = {}) const;
  /// What of a gradient is followed: where pictures are grey, nothing that would colour them, for that would be lost
  /// in finished(), and what it did for the loss with it.
  at::Tensor followed(const at::Tensor& gradient) const;
  /// A picture that was worked on, of any size, as the user sees it.
  at::Tensor finished(const at::Tensor& picture) const;

 private:
  ColourMode mode_;
  const Picture& content_;
  const Picture& colours_;  ///< Whose colours the painting gets.
};

}  // namespace styler
