#pragma once

namespace styler {

/// Keeps OpenCV from talking in this thread while it lives: its errors come back to the user as sentences of ours.
/// OpenCV 4.6 sends those of some decoders to std::cerr whatever its log level is. Other threads, and messages of ours,
/// go through: what is written to std::cerr is let past or dropped by the thread that writes it, and nothing is
/// redirected on the way.
class SilentOpenCv {
 public:
  SilentOpenCv();
  ~SilentOpenCv();
  SilentOpenCv(const SilentOpenCv&) = delete;
  SilentOpenCv& operator=(const SilentOpenCv&) = delete;

 private:
  bool was_silent_;
};

}  // namespace styler
