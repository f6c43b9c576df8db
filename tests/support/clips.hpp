#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "styler/video/av/av.hpp"

namespace support {

/// What a film of a test is like. Its frames show four fields, unless `colour` says otherwise: above red and green,
/// below blue and yellow; the brightness of all grows from frame to frame.
struct Clip {
  int width = 64, height = 48, frames = 8;
  std::string codec = "ffv1";
  AVPixelFormat format = AV_PIX_FMT_YUV444P;
  /// As the numbers are made and tagged; `is_tagged` false: tagged not at all.
  AVColorSpace matrix = AVCOL_SPC_BT709;
  AVColorRange range = AVCOL_RANGE_MPEG;
  AVColorPrimaries primaries = AVCOL_PRI_BT709;
  AVColorTransferCharacteristic transfer = AVCOL_TRC_BT709;
  bool is_tagged = true;
  AVRational pixel_shape{1, 1};
  AVRational time_base{1, 25};
  std::vector<int64_t> ticks{};  ///< Of each frame; empty: 0, 1 …
  /// a, b, c, d of the display matrix, in whole numbers.
  std::array<int, 4> turn{1, 0, 0, 1};
  bool interlaced = false;
  /// Seconds of a tone (PCM) beside the picture, from the same time on; 0: none.
  double sound = 0;
  std::vector<std::pair<std::string, std::string>> words{};  ///< What the film tells of itself.
  std::vector<std::pair<double, double>> chapters{};         ///< In seconds.
  /// Red, green, blue and alpha in [0, 1] of a frame's pixel.
  std::function<std::array<double, 4>(int frame, double x, double y)> colour{};
};

/// The four fields: x and y in [0, 1].
std::array<double, 4> four_fields(int frame, double x, double y);

/// Encodes a clip; the file's extension says the container. Colours go into their matrix by its definition, not by a
/// library that reads them again.
void make_clip(const std::filesystem::path& file, const Clip& clip);

/// The mean colour of the part of a picture around (x, y), both in [0, 1].
std::array<double, 3> colour_at(const at::Tensor& picture, double x, double y);
/// Whether all three differ by 2/255 at most.
bool is_near(const std::array<double, 3>& a, const std::array<double, 3>& b, double most = 2.0 / 255);

/// A stream as it lies in a file, packet by packet.
struct Packets {
  AVMediaType kind = AVMEDIA_TYPE_UNKNOWN;
  AVCodecID codec = AV_CODEC_ID_NONE;
  std::vector<double> pts, dts;  ///< In seconds.
  std::vector<std::string> bytes;
};
std::vector<Packets> packets_of(const std::filesystem::path& film);
/// What a film tells of itself by this key; empty: nothing.
std::string word_of(const std::filesystem::path& film, const std::string& key);
/// Where its chapters begin and end, in seconds.
std::vector<std::pair<double, double>> chapters_of(const std::filesystem::path& film);

}  // namespace support
