#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "styler/image/codec/quantize.hpp"

namespace styler {

/// What cv::imencode makes of pixels. OpenCV's encoders of PNG, JPEG, BMP and PPM print nothing as long as the pixels
/// are valid, so this needs no SilentOpenCv, which would silence the threads that go on painting.
/// \param extension   names the format: `.png`.
/// \param parameters  of cv::imencode: pairs of a cv::ImwriteFlags and its value.
/// \throws std::bad_alloc
std::vector<uint8_t> encode_with_opencv(const char* extension, Pixels pixels, const std::vector<int>& parameters = {});

/// A file with what its encoder left out put in at `position`.
std::string with_inserted(std::string_view file, size_t position, std::string_view inserted);

/// The bytes of a file as text.
inline std::string_view text_of(const std::vector<uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace styler
