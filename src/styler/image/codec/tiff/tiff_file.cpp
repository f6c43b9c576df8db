#include "styler/image/codec/tiff/tiff_file.hpp"

#include <tiffvers.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>

namespace styler {
namespace {

// libtiff takes no constants for these, and never writes to a file that is open for reading.
tmsize_t write_nothing(thandle_t, void*, tmsize_t) { return 0; }
int close_nothing(thandle_t) { return 0; }

constexpr char kName[] = "picture", kReadUnmapped[] = "rm";

}  // namespace

TiffFile::TiffFile(std::string_view bytes, [[maybe_unused]] int64_t memory_limit) : bytes_(bytes) {
  const auto size = [](thandle_t handle) { return toff_t{static_cast<TiffFile*>(handle)->bytes_.size()}; };
#if TIFFLIB_VERSION >= 20221213  // 4.5.0
  const auto keep_quiet = [](TIFF*, void*, const char*, const char*, va_list) { return 1; };
  const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(TIFFOpenOptionsAlloc(),
                                                                                 TIFFOpenOptionsFree);
  if (!options) throw std::bad_alloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_quiet, nullptr);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), keep_quiet, nullptr);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), memory_limit);
  file_.reset(TIFFClientOpenExt(kName, kReadUnmapped, this, read, write_nothing, seek, close_nothing, size, nullptr,
                                nullptr, options.get()));
#else
  // The handlers are the process's own here. Nobody else in it needs them.
  static const bool quiet = (TIFFSetErrorHandler(nullptr), TIFFSetWarningHandler(nullptr), true);
  static_cast<void>(quiet);
  file_.reset(
      TIFFClientOpen(kName, kReadUnmapped, this, read, write_nothing, seek, close_nothing, size, nullptr, nullptr));
#endif
}

tmsize_t TiffFile::read(thandle_t handle, void* target, tmsize_t count) {
  auto& self = *static_cast<TiffFile*>(handle);
  if (count <= 0 || self.position_ >= self.bytes_.size()) return 0;
  const size_t there = std::min<uint64_t>(count, self.bytes_.size() - self.position_);
  std::memcpy(target, self.bytes_.data() + self.position_, there);
  self.position_ += there;
  return static_cast<tmsize_t>(there);
}

toff_t TiffFile::seek(thandle_t handle, toff_t offset, int origin) {
  auto& self = *static_cast<TiffFile*>(handle);
  // Overflow wraps around, and reading there finds nothing or something: either is safe.
  if (origin == SEEK_CUR) offset += self.position_;
  if (origin == SEEK_END) offset += self.bytes_.size();
  return self.position_ = offset;
}

}  // namespace styler
