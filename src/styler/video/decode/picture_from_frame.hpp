#pragma once

#include <memory>
#include <optional>

#include "styler/base/size.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/video/av/av.hpp"
#include "styler/video/decode/colours.hpp"
#include "styler/video/decode/light.hpp"

namespace styler {

/// Whether frames of this format can be transparent.
bool can_be_transparent(AVPixelFormat format);

/// Makes pictures of decoded frames.
class FrameConverter {
 public:
  /// \param displayed    size of the pictures, upright.
  /// \param orientation  as EXIF counts.
  FrameConverter(Size displayed, int orientation) : displayed_(displayed), orientation_(orientation) {}

  /// The frame in sRGB, of the converter's size, upright. Where it is transparent, as open_film() says.
  /// \return  none: libswscale knows no way from the frame's format.
  /// \throws Error{Memory}
  std::optional<Picture> picture(const AVFrame& frame);

 private:
  /// Whether the scaler that is there does for this frame.
  bool prepare(const AVFrame& frame);

  Size displayed_;
  int orientation_;
  av::Scaler scaler_;
  Size stored_{};
  FrameColours colours_{};
  AVChromaLocation siting_ = AVCHROMA_LOC_UNSPECIFIED;
  std::unique_ptr<LightToSrgb> light_;
  av::Frame planes_;
};

}  // namespace styler
