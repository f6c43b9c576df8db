#include "styler/video/decode/picture_from_frame.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/image/read/alpha_fill.hpp"
#include "styler/image/read/orientation.hpp"
#include "styler/video/av/av.hpp"
#include "styler/video/decode/colours.hpp"
#include "styler/video/decode/display.hpp"
#include "styler/video/decode/light.hpp"

extern "C" {
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/opt.h>
}

namespace styler {
namespace {

/// The brightest light of a film in PQ that doesn't tell.
constexpr double kUsualPeak = 1000;

double peak_of(const AVFrame& frame) {
  double peak = 0;
  if (const AVFrameSideData* const data = av_frame_get_side_data(&frame, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL)) {
    peak = reinterpret_cast<const AVContentLightMetadata*>(data->data)->MaxCLL;
  } else if (const AVFrameSideData* const display =
                 av_frame_get_side_data(&frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA)) {
    const auto& mastering = *reinterpret_cast<const AVMasteringDisplayMetadata*>(display->data);
    if (mastering.has_luminance != 0 && mastering.max_luminance.den != 0) peak = av_q2d(mastering.max_luminance);
  }
  return peak >= 1 && peak <= 10'000 ? peak : kUsualPeak;
}

/// Where the samples of halved colours lie between those of light, in 256ths. Most codecs mean the left one where they
/// say nothing.
void set_siting(SwsContext& scaler, const AVFrame& frame, const AVPixFmtDescriptor& format) {
  int across = 0, down = 128;
  if (frame.chroma_location == AVCHROMA_LOC_CENTER) across = 128;
  if (frame.chroma_location == AVCHROMA_LOC_TOPLEFT) down = 0;
  if (format.log2_chroma_w > 0) av_opt_set_int(&scaler, "src_h_chr_pos", across, 0);
  if (format.log2_chroma_h > 0) av_opt_set_int(&scaler, "src_v_chr_pos", down, 0);
}

/// \return  none where libswscale can't do it.
av::Scaler new_scaler(const AVFrame& frame, const FrameColours& colours, Size size, AVPixelFormat target) {
  av::Scaler scaler(sws_alloc_context());
  const AVPixFmtDescriptor* const format = av_pix_fmt_desc_get(colours.format);
  if (scaler == nullptr || format == nullptr || sws_isSupportedInput(colours.format) == 0) return nullptr;
  const auto set = [&scaler](const char* name, int64_t value) { av_opt_set_int(scaler.get(), name, value, 0); };
  set("srcw", frame.width);
  set("srch", frame.height);
  set("src_format", colours.format);
  set("dstw", size.width);
  set("dsth", size.height);
  set("dst_format", target);
  set("sws_flags", av::kScalerFlags);
  set_siting(*scaler, frame, *format);
  const int* const matrix = sws_getCoefficients(colours.matrix);
  // Brightness 0, contrast 1 and saturation 1, in 65536ths. Formats that are no YUV take no matrix, which is no fault.
  sws_setColorspaceDetails(scaler.get(), matrix, colours.full_range ? 1 : 0, sws_getCoefficients(SWS_CS_ITU709), 1, 0,
                           1 << 16, 1 << 16);
  if (sws_init_context(scaler.get(), nullptr, nullptr) < 0) return nullptr;
  sws_setColorspaceDetails(scaler.get(), matrix, colours.full_range ? 1 : 0, sws_getCoefficients(SWS_CS_ITU709), 1, 0,
                           1 << 16, 1 << 16);
  return scaler;
}

/// Puts a plane upright into its place.
void copy_upright(const AVFrame& planes, int plane, const Placement& place, float* upright) {
  for (int64_t y = 0; y < planes.height; ++y) {
    const auto* const row = reinterpret_cast<const float*>(planes.data[plane] + y * planes.linesize[plane]);
    float* out = upright + place.origin + y * place.per_row;
    for (int64_t x = 0; x < planes.width; ++x, out += place.per_column) *out = std::clamp(row[x], 0.0F, 1.0F);
  }
}

}  // namespace

bool can_be_transparent(AVPixelFormat format) {
  const AVPixFmtDescriptor* const description = av_pix_fmt_desc_get(format);
  return description != nullptr && (description->flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL)) != 0;
}

bool FrameConverter::prepare(const AVFrame& frame) {
  const FrameColours colours = colours_of(frame);
  const Size stored{frame.height, frame.width};
  if (scaler_ != nullptr && colours == colours_ && stored == stored_ && siting_ == frame.chroma_location) return true;
  const AVPixelFormat target = can_be_transparent(colours.format) ? AV_PIX_FMT_GBRAPF32 : AV_PIX_FMT_GBRPF32;
  const Size size = before_turning(displayed_, orientation_);
  scaler_ = new_scaler(frame, colours, size, target);
  if (scaler_ == nullptr) return false;
  planes_ = av::new_frame();
  planes_->format = target;
  planes_->width = static_cast<int>(size.width);
  planes_->height = static_cast<int>(size.height);
  if (av_frame_get_buffer(planes_.get(), 0) < 0) {
    throw Error(ErrorCode::Memory,
                "there is not enough memory for a film's frame of " + size_text(size) + " pixels; use a smaller size");
  }
  light_.reset();
  if (colours.light != Light::Srgb) light_ = std::make_unique<LightToSrgb>(colours.light, peak_of(frame));
  colours_ = colours;
  stored_ = stored;
  siting_ = frame.chroma_location;
  return true;
}

std::optional<Picture> FrameConverter::picture(const AVFrame& frame) {
  if (!prepare(frame)) return std::nullopt;
  if (sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, planes_->data, planes_->linesize) <= 0) {
    return std::nullopt;
  }
  const Placement place(planes_->height, planes_->width, orientation_);
  const int64_t pixels = displayed_.pixels();
  try {
    Picture picture{at::empty({1, 3, displayed_.height, displayed_.width}), {}};
    auto* const colour = picture.colour.data_ptr<float>();
    for (int64_t channel = 0; channel < 3; ++channel) {
      copy_upright(*planes_, av::kPlanes[channel], place, colour + channel * pixels);
    }
    if (light_ != nullptr) light_->convert(colour, colour + pixels, colour + 2 * pixels, pixels);
    if (planes_->format != AV_PIX_FMT_GBRAPF32) return picture;
    at::Tensor alpha = at::empty({1, 1, displayed_.height, displayed_.width});
    auto* const opacity = alpha.data_ptr<float>();
    copy_upright(*planes_, av::kPlanes[3], place, opacity);
    const auto [least, most] = std::minmax_element(opacity, opacity + pixels);
    if (*least >= 1) return picture;
    if (*most > 0) {
      fill_hidden_colours(colour, opacity, displayed_.height, displayed_.width);
    } else {  // a film that fades in from nothing
      std::fill(colour, colour + 3 * pixels, 1.0F);
    }
    picture.alpha = std::move(alpha);
    return picture;
  } catch (const c10::Error&) {  // nothing but LibTorch's allocator can fail above
    throw Error(ErrorCode::Memory, "there is not enough memory for a film's frame of " + size_text(displayed_) +
                                       " pixels; use a smaller size");
  }
}

}  // namespace styler
