#pragma once

#include <array>

#include "styler/base/size.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/video/av/av.hpp"

namespace styler {

/// Whether a format's numbers are red, green and blue, and not a matrix's of them.
bool is_rgb(AVPixelFormat format);

/// The size of frames of this format that hold pictures of `size`: even where the format halves colours' resolution.
Size coded_size(Size size, AVPixelFormat format);

/// Makes frames for an encoder of pictures in sRGB.
class FrameMaker {
 public:
  /// \param format      as it is encoded. Where it has no alpha, `background` shows through.
  /// \throws Error{InvalidArgument} for a format that no way leads to.
  FrameMaker(Size size, AVPixelFormat format, std::array<double, 3> background);

  /// Values are clamped to [0, 1] and rounded to the format's; BT.709 in tv range, or RGB. The frame is the caller's to
  /// give to the encoder, and good until the next call.
  /// \param picture  of the maker's size, on the CPU.
  AVFrame* frame(const Picture& picture);
  /// A frame that shows nothing in particular.
  AVFrame* empty_frame();

 private:
  void fill_planes(const Picture& picture);

  Size size_, coded_;
  AVPixelFormat format_;
  std::array<double, 3> background_;
  bool has_alpha_;
  av::Scaler scaler_;         // none for RGB, which is rounded here
  av::Frame planes_, frame_;  // as the scaler takes it, and as the encoder does
};

}  // namespace styler
