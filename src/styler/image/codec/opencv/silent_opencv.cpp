#include "styler/image/codec/opencv/silent_opencv.hpp"

#include <iostream>
#include <opencv2/core/utils/logger.hpp>
#include <streambuf>

namespace styler {
namespace {

thread_local bool silent = false;

/// Hands what is written to another buffer, but for what silent threads write.
class ThreadFilter final : public std::streambuf {
 public:
  explicit ThreadFilter(std::streambuf& target) : target_(target) {}

 protected:
  int_type overflow(int_type letter) override {
    if (silent || traits_type::eq_int_type(letter, traits_type::eof())) return traits_type::not_eof(letter);
    return target_.sputc(traits_type::to_char_type(letter));
  }
  std::streamsize xsputn(const char* text, std::streamsize count) override {
    return silent ? count : target_.sputn(text, count);
  }
  int sync() override { return silent ? 0 : target_.pubsync(); }

 private:
  std::streambuf& target_;  ///< As safe for threads as std::cerr promises: it has no buffer of its own.
};

/// Once, while there is only one thread: when the program, or the module with this in it, is loaded.
// NOLINTNEXTLINE(bugprone-throwing-static-initialization): without memory for this the program could not begin anyway
const bool installed = [] {
  std::cerr.rdbuf(new ThreadFilter(*std::cerr.rdbuf()));  // never deleted, for std::cerr outlives everything
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  return true;
}();

}  // namespace

SilentOpenCv::SilentOpenCv() : was_silent_(silent) { silent = installed; }

SilentOpenCv::~SilentOpenCv() { silent = was_silent_; }

}  // namespace styler
