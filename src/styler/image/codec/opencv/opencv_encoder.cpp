#include "styler/image/codec/opencv/opencv_encoder.hpp"

#include <new>
#include <opencv2/imgcodecs.hpp>
#include <stdexcept>

namespace styler {

std::vector<uint8_t> encode_with_opencv(const char* extension, Pixels pixels, const std::vector<int>& parameters) {
  const int type = CV_MAKETYPE(pixels.bit_depth == 16 ? CV_16U : CV_8U, pixels.channels);
  const cv::Mat borrowed(static_cast<int>(pixels.height), static_cast<int>(pixels.width), type, pixels.bytes.data());
  std::vector<uint8_t> file;
  try {
    // Room for the largest that the file can be: growing would hold it twice, and what stays untouched takes no memory.
    constexpr size_t kHeaders = 65536, kGrowth = 64;
    file.reserve(pixels.bytes.size() + pixels.bytes.size() / kGrowth + kHeaders);
    // Valid pixels leave the encoders nothing to fail at but memory.
    if (!cv::imencode(extension, borrowed, file, parameters)) throw std::bad_alloc();
  } catch (const cv::Exception& exception) {
    if (exception.code != cv::Error::StsNoMem) throw;
    throw std::bad_alloc();
  } catch (const std::length_error&) {  // more bytes than a vector can have
    throw std::bad_alloc();
  }
  return file;
}

std::string with_inserted(std::string_view file, size_t position, std::string_view inserted) {
  std::string whole;
  whole.reserve(file.size() + inserted.size());
  whole.append(file.substr(0, position)).append(inserted).append(file.substr(position));
  return whole;  // append() itself would have it copied
}

}  // namespace styler
