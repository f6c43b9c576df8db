#include "styler/video/encode/frame_from_picture.hpp"

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "styler/base/error.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/video/av/av.hpp"

extern "C" {
#include <libavutil/opt.h>
}

namespace styler {
namespace {

const AVPixFmtDescriptor& description_of(AVPixelFormat format) {
  const AVPixFmtDescriptor* const description = av_pix_fmt_desc_get(format);
  STYLER_ASSERT(description != nullptr);
  return *description;
}

bool has_flag(AVPixelFormat format, uint64_t flag) { return (description_of(format).flags & flag) != 0; }

av::Frame allocated(Size size, AVPixelFormat format) {
  av::Frame frame = av::new_frame();
  frame->format = format;
  frame->width = static_cast<int>(size.width);
  frame->height = static_cast<int>(size.height);
  if (av_frame_get_buffer(frame.get(), 0) < 0) {
    throw Error(ErrorCode::Memory,
                "there is not enough memory for a film's frame of " + size_text(size) + " pixels; use a smaller size");
  }
  return frame;
}

float* row_of(const AVFrame& planes, int channel, int64_t y) {
  const int plane = av::kPlanes[static_cast<size_t>(channel)];
  return reinterpret_cast<float*>(planes.data[plane] + y * planes.linesize[plane]);
}

av::Scaler new_scaler_to(AVPixelFormat format, bool has_alpha, Size size) {
  av::Scaler scaler(sws_alloc_context());
  if (scaler == nullptr) return nullptr;
  const auto set = [&scaler](const char* name, int64_t value) { av_opt_set_int(scaler.get(), name, value, 0); };
  set("srcw", size.width);
  set("srch", size.height);
  set("src_format", has_alpha ? AV_PIX_FMT_GBRAPF32 : AV_PIX_FMT_GBRPF32);
  set("dstw", size.width);
  set("dsth", size.height);
  set("dst_format", format);
  set("sws_flags", av::kScalerFlags | SWS_BITEXACT);
  // Halved colours lie at the left of the two pixels that they are of, as H.264 has it where nothing is said.
  if (description_of(format).log2_chroma_w > 0) set("dst_h_chr_pos", 0);
  if (description_of(format).log2_chroma_h > 0) set("dst_v_chr_pos", 128);
  const auto set_colours = [&scaler] {
    const int* const matrix = sws_getCoefficients(SWS_CS_ITU709);
    sws_setColorspaceDetails(scaler.get(), matrix, 1, matrix, 0, 0, 1 << 16, 1 << 16);
  };
  set_colours();
  if (sws_init_context(scaler.get(), nullptr, nullptr) < 0) return nullptr;
  set_colours();
  return scaler;
}

/// Writes one sample of an RGB format.
void put_sample(const AVComponentDescriptor& part, bool big_endian, uint8_t* row, int64_t x, float value) {
  const auto most = static_cast<float>((1 << part.depth) - 1);
  const auto level = static_cast<uint16_t>(std::lrint(value * most) << part.shift);
  uint8_t* const at = row + x * part.step + part.offset;
  if (part.depth + part.shift <= 8) {
    *at = static_cast<uint8_t>(level);
    return;
  }
  at[big_endian ? 1 : 0] = static_cast<uint8_t>(level & 0xFF);
  at[big_endian ? 0 : 1] = static_cast<uint8_t>(level >> 8);
}

/// libswscale goes from RGB to RGB by way of YUV, which no lossless codec is for.
void round_rgb(const AVFrame& planes, AVFrame& frame) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  const AVPixFmtDescriptor& description = description_of(format);
  const bool big_endian = has_flag(format, AV_PIX_FMT_FLAG_BE);
  for (int channel = 0; channel < description.nb_components; ++channel) {
    const AVComponentDescriptor& part = description.comp[channel];
    for (int64_t y = 0; y < frame.height; ++y) {
      const float* const values = row_of(planes, channel, y);
      uint8_t* const row = frame.data[part.plane] + y * frame.linesize[part.plane];
      for (int64_t x = 0; x < frame.width; ++x) put_sample(part, big_endian, row, x, values[x]);
    }
  }
}

bool is_plain_rgb(AVPixelFormat format) {
  const AVPixFmtDescriptor& description = description_of(format);
  constexpr uint64_t kOthers =
      AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_HWACCEL;
  return (description.flags & kOthers) == 0 && description.comp[0].depth >= 8;
}

}  // namespace

bool is_rgb(AVPixelFormat format) { return has_flag(format, AV_PIX_FMT_FLAG_RGB); }

Size coded_size(Size size, AVPixelFormat format) {
  const AVPixFmtDescriptor& description = description_of(format);
  const auto rounded = [](int64_t edge, int shift) { return ((edge + (1 << shift) - 1) >> shift) << shift; };
  return {rounded(size.height, description.log2_chroma_h), rounded(size.width, description.log2_chroma_w)};
}

FrameMaker::FrameMaker(Size size, AVPixelFormat format, std::array<double, 3> background)
    : size_(size),
      coded_(coded_size(size, format)),
      format_(format),
      background_(background),
      has_alpha_(has_flag(format, AV_PIX_FMT_FLAG_ALPHA)) {
  if (is_rgb(format) ? !is_plain_rgb(format) : sws_isSupportedOutput(format) == 0) {
    reject("--pixel-format " + std::string(description_of(format).name) +
           " is one that frames can't be turned into; "
           "leave it out");
  }
  if (!is_rgb(format)) {
    scaler_ = new_scaler_to(format, has_alpha_, coded_);
    if (scaler_ == nullptr) {
      reject("--pixel-format " + std::string(description_of(format).name) + " does not go with frames of " +
             size_text(size) + " pixels; leave it out, or use a larger size");
    }
  }
  // RGB of four samples is rounded from four planes, whatever the last one is.
  planes_ = allocated(coded_, has_alpha_ ? AV_PIX_FMT_GBRAPF32 : AV_PIX_FMT_GBRPF32);
  frame_ = allocated(coded_, format);
}

void FrameMaker::fill_planes(const Picture& picture) {
  const at::Tensor colour = picture.colour.contiguous();
  const at::Tensor alpha = picture.alpha.defined() ? picture.alpha.contiguous() : at::Tensor();
  const float* const opacity = alpha.defined() ? alpha.data_ptr<float>() : nullptr;
  for (int64_t y = 0; y < coded_.height; ++y) {
    const int64_t first = std::min(y, size_.height - 1) * size_.width;
    for (int channel = 0; channel < (has_alpha_ ? 4 : 3); ++channel) {
      const bool is_colour = channel < 3;
      const float* const from = is_colour            ? colour.data_ptr<float>() + channel * size_.pixels() + first
                                : opacity == nullptr ? nullptr
                                                     : opacity + first;
      const auto behind = is_colour ? static_cast<float>(background_[static_cast<size_t>(channel)]) : 0.0F;
      float* const row = row_of(*planes_, channel, y);
      for (int64_t x = 0; x < size_.width; ++x) {
        float value = from == nullptr ? 1.0F : std::clamp(from[x], 0.0F, 1.0F);
        if (is_colour && !has_alpha_ && opacity != nullptr) value = behind + (value - behind) * opacity[first + x];
        row[x] = value;
      }
      for (int64_t x = size_.width; x < coded_.width; ++x) row[x] = row[size_.width - 1];
    }
  }
}

AVFrame* FrameMaker::empty_frame() {
  for (int plane = 0; plane < AV_NUM_DATA_POINTERS && frame_->buf[plane] != nullptr; ++plane) {
    std::memset(frame_->buf[plane]->data, 0, frame_->buf[plane]->size);
  }
  frame_->pts = 0;
  return frame_.get();
}

AVFrame* FrameMaker::frame(const Picture& picture) {
  STYLER_ASSERT(picture_size(picture.colour) == size_);
  fill_planes(picture);
  if (av_frame_make_writable(frame_.get()) < 0) {  // an encoder may hold on to the last one
    throw Error(ErrorCode::Memory, "there is not enough memory to encode a film; use a smaller size");
  }
  if (scaler_ == nullptr) {
    round_rgb(*planes_, *frame_);
  } else {
    const int rows =
        sws_scale(scaler_.get(), planes_->data, planes_->linesize, 0, planes_->height, frame_->data, frame_->linesize);
    STYLER_ASSERT(rows == planes_->height);
  }
  frame_->color_range = is_rgb(format_) ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  frame_->colorspace = is_rgb(format_) ? AVCOL_SPC_RGB : AVCOL_SPC_BT709;
  frame_->color_primaries = AVCOL_PRI_BT709;
  frame_->color_trc = is_rgb(format_) ? AVCOL_TRC_IEC61966_2_1 : AVCOL_TRC_BT709;
  frame_->chroma_location = is_rgb(format_) ? AVCHROMA_LOC_UNSPECIFIED : AVCHROMA_LOC_LEFT;
  frame_->sample_aspect_ratio = {1, 1};
  return frame_.get();
}

}  // namespace styler
