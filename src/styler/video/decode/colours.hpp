#pragma once

#include <string>

#include "styler/video/av/av.hpp"
#include "styler/video/decode/light.hpp"

namespace styler {

/// How a frame's numbers are meant.
struct FrameColours {
  int matrix = SWS_CS_ITU709;  ///< As libswscale counts.
  bool full_range = false;
  Light light = Light::Srgb;
  /// The frame's format without a range in its name.
  AVPixelFormat format = AV_PIX_FMT_NONE;

  bool operator==(const FrameColours&) const = default;
};

/// As the frame is tagged. Where no matrix is told, BT.709 from 1280 columns or more than 576 rows on, BT.601 below,
/// which is mpv's rule; where no range is told, what the format's name says.
FrameColours colours_of(const AVFrame& frame);

/// `yuv420p, bt709, tv range`
std::string colours_text(const AVFrame& frame);

}  // namespace styler
