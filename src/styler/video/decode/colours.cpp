#include "styler/video/decode/colours.hpp"

#include <array>
#include <string>

#include "styler/video/av/av.hpp"

namespace styler {
namespace {

struct WithoutRange {
  AVPixelFormat with, without;
};
constexpr std::array<WithoutRange, 5> kFullRangeNames{{{AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P},
                                                       {AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV422P},
                                                       {AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUV444P},
                                                       {AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUV440P},
                                                       {AV_PIX_FMT_YUVJ411P, AV_PIX_FMT_YUV411P}}};

bool is_high_definition(const AVFrame& frame) { return frame.width >= 1280 || frame.height > 576; }

bool is_rgb_frame(const AVFrame& frame) {
  const AVPixFmtDescriptor* const format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  return format != nullptr && (format->flags & AV_PIX_FMT_FLAG_RGB) != 0;
}

int matrix_of(const AVFrame& frame) {
  // libswscale takes RGB through YUV, there and back: by one matrix.
  if (is_rgb_frame(frame)) return SWS_CS_ITU709;
  switch (frame.colorspace) {
    case AVCOL_SPC_BT709:
      return SWS_CS_ITU709;
    case AVCOL_SPC_FCC:
      return SWS_CS_FCC;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
      return SWS_CS_ITU601;
    case AVCOL_SPC_SMPTE240M:
      return SWS_CS_SMPTE240M;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
      return SWS_CS_BT2020;
    default:
      if (frame.color_primaries == AVCOL_PRI_BT2020) return SWS_CS_BT2020;
      return is_high_definition(frame) ? SWS_CS_ITU709 : SWS_CS_ITU601;
  }
}

Light light_of(const AVFrame& frame) {
  if (frame.color_trc == AVCOL_TRC_SMPTE2084) return Light::Pq;
  if (frame.color_trc == AVCOL_TRC_ARIB_STD_B67) return Light::Hlg;
  if (frame.color_primaries == AVCOL_PRI_BT2020) return Light::Bt2020;
  if (frame.color_primaries == AVCOL_PRI_SMPTE432) return Light::DisplayP3;
  return Light::Srgb;
}

}  // namespace

FrameColours colours_of(const AVFrame& frame) {
  FrameColours colours;
  colours.format = static_cast<AVPixelFormat>(frame.format);
  colours.matrix = matrix_of(frame);
  colours.light = light_of(frame);
  colours.full_range = frame.color_range == AVCOL_RANGE_JPEG;
  for (const WithoutRange& name : kFullRangeNames) {
    if (name.with != frame.format) continue;
    colours.format = name.without;
    colours.full_range = true;
  }
  return colours;
}

std::string colours_text(const AVFrame& frame) {
  const auto word = [](const char* name) { return std::string(name == nullptr ? "unknown" : name); };
  std::string text = word(av_get_pix_fmt_name(static_cast<AVPixelFormat>(frame.format)));
  if (frame.colorspace != AVCOL_SPC_UNSPECIFIED) text += ", " + word(av_color_space_name(frame.colorspace));
  if (frame.color_trc == AVCOL_TRC_SMPTE2084) text += ", PQ";
  if (frame.color_trc == AVCOL_TRC_ARIB_STD_B67) text += ", HLG";
  const bool is_told = frame.color_range != AVCOL_RANGE_UNSPECIFIED;
  if (is_told) text += std::string(", ") + (frame.color_range == AVCOL_RANGE_JPEG ? "full" : "tv") + " range";
  return text;
}

}  // namespace styler
