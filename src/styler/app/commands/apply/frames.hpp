#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "styler/base/size.hpp"

namespace styler::app {

/// Takes up to so many bytes; fewer only at the end, none when there are no more.
using ByteSource = std::function<size_t(char* to, size_t count)>;

/// A frame of a stream: [H, W, 3], bytes, RGB.
using Frame = at::Tensor;

/// Reads frames that follow one another: PPM files of 8 bits (P6), as ffmpeg's image2pipe writes them, or nothing but
/// pixels.
class FrameReader {
 public:
  /// \param raw         the frames' size where they are nothing but pixels; else they are PPM, each of its own size.
  /// \param max_pixels  a frame with more is refused before anything is taken for it.
  FrameReader(ByteSource source, std::optional<Size> raw, int64_t max_pixels);

  /// The next frame; undefined at the end.
  /// \throws Error{Input} for what is no frame, or ends within one.
  Frame next();

 private:
  /// Of a PPM frame; empty at the end.
  std::optional<Size> header();
  /// The next byte; empty at the end.
  std::optional<char> byte();
  /// The next number of a header, and one blank behind it.
  int64_t number(std::optional<char> first);
  [[noreturn]] void fail(const std::string& what) const;

  ByteSource source_;
  std::optional<Size> raw_;
  int64_t max_pixels_;
  int64_t count_ = 0;  ///< Frames so far.
};

/// What stands before a frame's pixels in a stream of PPM.
std::string ppm_header(Size size);

/// [1, 3, H, W], float32 in [0, 1], from a frame; and back, rounded.
at::Tensor picture_of_frame(const Frame& frame);
Frame frame_of_picture(const at::Tensor& picture);

}  // namespace styler::app
