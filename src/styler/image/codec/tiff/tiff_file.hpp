#pragma once

#include <tiffio.h>

#include <memory>
#include <string_view>

namespace styler {

struct CloseTiff {
  void operator()(TIFF* file) const { TIFFClose(file); }
};

/// A TIFF file in memory, open for reading.
class TiffFile {
 public:
  /// \param bytes        must outlive it.
  /// \param memory_limit for any one allocation of libtiff's, where it can be told (4.5 and later).
  TiffFile(std::string_view bytes, int64_t memory_limit);
  TiffFile(const TiffFile&) = delete;
  TiffFile& operator=(const TiffFile&) = delete;

  /// False when not even the first directory can be read.
  explicit operator bool() const { return file_ != nullptr; }
  TIFF* get() const { return file_.get(); }

  /// The value of a tag of the directory at hand, or `fallback` where neither the file nor the standard gives one.
  template <typename Value>
  Value tag(uint32_t tag, Value fallback) const {
    Value value = fallback;
    return TIFFGetFieldDefaulted(file_.get(), tag, &value) != 0 ? value : fallback;
  }

 private:
  static tmsize_t read(thandle_t handle, void* target, tmsize_t count);
  static toff_t seek(thandle_t handle, toff_t offset, int origin);

  std::string_view bytes_;
  uint64_t position_ = 0;
  std::unique_ptr<TIFF, CloseTiff> file_;
};

}  // namespace styler
