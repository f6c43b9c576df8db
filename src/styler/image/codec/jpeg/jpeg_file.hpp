#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdio>
// After cstdio, which it needs and does not include.
#include <jpeglib.h>

#include <string_view>

namespace styler {

/// A JPEG file in memory, open for reading by libjpeg, which reports errors by longjmp, over which no destructor may
/// lie: so each of its calls that can fail goes through attempt(). Nothing is printed.
class JpegFile {
 public:
  /// What libjpeg noticed so far.
  struct Findings {
    int error = 0;            ///< The code of what ended an attempt.
    bool missing = false;     ///< Data were missing or wrong, and painted over.
    bool sloppy = false;      ///< The file breaks rules in a way that costs nothing.
    bool stray_data = false;  ///< Bytes behind a scan belong to nothing: they are too many, or the scan was damaged.
    bool ends_early = false;  ///< Before its end marker.
    /// How many bytes they are, without those that were read ahead, where all stand before the end marker; otherwise 0.
    size_t stray_at_end = 0;
  };

  /// \param bytes  must outlive it.
  explicit JpegFile(std::string_view bytes);
  ~JpegFile();
  JpegFile(const JpegFile&) = delete;
  JpegFile& operator=(const JpegFile&) = delete;

  jpeg_decompress_struct* get() { return &jpeg_; }
  const Findings& findings() const { return errors_.findings; }

  /// Runs `work`, which may call libjpeg and has nothing to destroy. False when libjpeg found an error that it can't
  /// go on after. \throws std::bad_alloc
  template <typename Work>
  bool attempt(const Work& work) {
    if (setjmp(errors_.back) != 0) {  // NOLINT(cert-err52-cpp): libjpeg knows no other way
      throw_without_memory();
      return false;
    }
    work();
    return true;
  }

 private:
  struct Errors {
    jpeg_error_mgr manager;  // first, since libjpeg knows of nothing else
    std::jmp_buf back;
    Findings findings;
  };
  static void leave(j_common_ptr jpeg);
  static void notice(j_common_ptr jpeg, int level);
  static void limit_scans(j_common_ptr jpeg);
  void throw_without_memory() const;

  jpeg_decompress_struct jpeg_{};
  jpeg_progress_mgr progress_{};
  Errors errors_{};
};

}  // namespace styler
