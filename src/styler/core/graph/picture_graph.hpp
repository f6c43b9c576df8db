#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>

#include "styler/core/graph/graph_program.hpp"
#include "styler/core/graph/norm_statistics.hpp"

namespace styler {

/// A network of another program that paints pictures, as an ONNX file has it. It takes a photo, [N, 3, H, W] or
/// [N, H, W, 3], and may take numbers of a style besides; it gives a picture of the photo's size.
///
/// Which numbers stand for black and white no file says. By what its last operator gives: a logistic function or a
/// clip at 1 tells that they are 0 and 1, a hyperbolic tangent −1 and 1, and anything else 0 and 255.
class PictureGraph {
 public:
  /// The shortest edge that it is asked to paint.
  static constexpr int64_t kLeastEdge = 32;

  /// Reads it, and paints a small grey photo, so that what can't be painted is found here.
  /// \throws Error{InvalidArgument} with a part of a sentence that says what is not understood, by operator and place.
  explicit PictureGraph(std::string bytes);

  /// The file's.
  const std::string& bytes() const { return bytes_; }
  /// How many numbers a style has; 0 where it knows but one.
  int64_t style_numbers() const { return style_numbers_; }
  /// Whether these are the shares of so many styles that it knows, or what another network makes of a painting.
  bool knows_its_styles() const { return knows_its_styles_; }
  /// How far an output sees along each axis, in pixels, in whole units.
  int64_t reach() const { return reach_; }
  /// Edges of what runs through it are multiples of this, a power of 2.
  int64_t unit() const { return unit_; }

  /// \param photos  [N, 3, H, W], float32, RGB in [0, 1]; edges are multiples of unit() and kLeastEdge at least.
  /// \param style   [style_numbers()]
  /// \param norms   where its norms take their statistics from.
  /// \return        Like photos, in [0, 1].
  at::Tensor run(const at::Tensor& photos, const at::Tensor& style, GraphNorms norms) const;

  /// A copy whose tensors lie there.
  PictureGraph on(at::Device device) const;

 private:
  at::Tensor painted(const at::Tensor& photos, const at::Tensor& style, GraphNorms& norms, GraphReach* reach) const;
  void find_inputs();
  void find_colours();

  std::string bytes_;
  std::shared_ptr<const GraphProgram> program_;
  GraphPicture photo_;
  std::string style_;
  std::vector<int64_t> style_shape_;
  int64_t style_numbers_ = 0, reach_ = 0, unit_ = 1;
  bool knows_its_styles_ = false;
  double black_ = 0, white_ = 1;
};

/// A network that makes numbers of a painting, which a PictureGraph takes as its style's.
class StyleGraph {
 public:
  /// \throws Error{InvalidArgument} with a part of a sentence.
  explicit StyleGraph(std::string_view bytes);

  /// Of the painting's middle, as large as the network takes it: a square of 256 px, where its file tells no other.
  /// \param painting  [1, 3, H, W], float32, RGB in [0, 1].
  /// \return          [numbers]
  at::Tensor numbers_of(const at::Tensor& painting) const;

 private:
  GraphProgram program_;
  GraphPicture painting_;
  int64_t height_ = 0, width_ = 0;
};

}  // namespace styler
