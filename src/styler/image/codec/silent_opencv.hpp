#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <iostream>
#include <mutex>
#include <opencv2/core/utils/logger.hpp>

namespace styler {

/// Keeps OpenCV and the codecs beneath it from talking while it lives: their errors come back to the user as sentences
/// of ours. OpenCV 4.6 sends the errors of some decoders to std::cerr whatever its log level is, and libpng writes its
/// remarks on profiles straight to the standard error's file, so both are shut; one thread at a time, or two of them
/// would restore them in the wrong order.
class SilentOpenCv {
 public:
  SilentOpenCv()
      : lock_(mutex()),
        log_level_(cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT)),
        cerr_buffer_(std::cerr.rdbuf(nullptr)),
        stderr_copy_(dup(STDERR_FILENO)) {
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0) return;
    if (stderr_copy_ >= 0) dup2(nowhere, STDERR_FILENO);
    close(nowhere);
  }
  ~SilentOpenCv() {
    if (stderr_copy_ >= 0) {
      dup2(stderr_copy_, STDERR_FILENO);
      close(stderr_copy_);
    }
    std::cerr.rdbuf(cerr_buffer_);
    cv::utils::logging::setLogLevel(log_level_);
  }
  SilentOpenCv(const SilentOpenCv&) = delete;
  SilentOpenCv& operator=(const SilentOpenCv&) = delete;

 private:
  static std::mutex& mutex() {
    static std::mutex instance;
    return instance;
  }
  std::lock_guard<std::mutex> lock_;
  cv::utils::logging::LogLevel log_level_;
  std::streambuf* cerr_buffer_;
  int stderr_copy_;  ///< Negative when the program was started without a standard error.
};

}  // namespace styler
