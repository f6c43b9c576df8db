#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstring>
#include <memory>
#include <new>

#include "styler/image/codec/encoders.hpp"
#include "styler/image/codec/srgb_profile.hpp"

// By libtiff itself: OpenCV takes no level of compression, does not say what kind alpha is, which makes readers guess,
// writes nothing beyond 4 GiB, and prints libtiff's errors. For 24 MP like a photo, with the same deflate and predictor
// but in strips of one row, OpenCV 4.6 takes 1.3 s instead of 0.7 (with alpha 2.3 instead of 0.8; in 16 bits 2.1
// instead of 1.5) for files 1 % larger. Its own choice, LZW, is as slow, and 34 % larger in 16 bits.

namespace styler {
namespace {

/// A file in memory, as libtiff wants to read, write and seek in it.
struct MemoryFile {
  std::string bytes;
  size_t position = 0;
};

MemoryFile& file_of(thandle_t handle) { return *static_cast<MemoryFile*>(handle); }

tmsize_t read_bytes(thandle_t handle, void* target, tmsize_t count) {
  auto& file = file_of(handle);
  if (file.position >= file.bytes.size()) return 0;
  const size_t available = std::min(static_cast<size_t>(count), file.bytes.size() - file.position);
  std::memcpy(target, file.bytes.data() + file.position, available);
  file.position += available;
  return static_cast<tmsize_t>(available);
}

/// Exceptions must not cross libtiff, which is C; it takes fewer bytes than asked for as failure.
tmsize_t write_bytes(thandle_t handle, void* source, tmsize_t count) {
  auto& file = file_of(handle);
  const size_t end = file.position + static_cast<size_t>(count);
  try {
    if (end > file.bytes.capacity()) file.bytes.reserve(std::max(end, 2 * file.bytes.capacity()));
    if (end > file.bytes.size()) file.bytes.resize(end);
  } catch (const std::exception&) {
    return 0;
  }
  std::memcpy(file.bytes.data() + file.position, source, static_cast<size_t>(count));
  file.position = end;
  return count;
}

toff_t seek(thandle_t handle, toff_t offset, int origin) {
  auto& file = file_of(handle);
  if (origin == SEEK_SET) file.position = offset;
  if (origin == SEEK_CUR) file.position += offset;
  if (origin == SEEK_END) file.position = file.bytes.size() + offset;
  return file.position;
}

int stay_open(thandle_t) { return 0; }

toff_t size_of(thandle_t handle) { return file_of(handle).bytes.size(); }

int stay_silent(TIFF*, void*, const char*, const char*, va_list) { return 1; }

struct Close {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
struct FreeOptions {
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

/// A writer with error handlers of its own: libtiff's common ones print, and belong to the whole program.
std::unique_ptr<TIFF, Close> writer_into(MemoryFile& file, const char* mode) {
  const std::unique_ptr<TIFFOpenOptions, FreeOptions> options(TIFFOpenOptionsAlloc());
  if (!options) throw std::bad_alloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), stay_silent, nullptr);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), stay_silent, nullptr);
  std::unique_ptr<TIFF, Close> tiff(TIFFClientOpenExt("picture", mode, &file, read_bytes, write_bytes, seek, stay_open,
                                                      size_of, nullptr, nullptr, options.get()));
  if (!tiff) throw std::bad_alloc();
  return tiff;
}

/// Strips of about 256 kB: smaller ones compress worse, and a reader of a part decodes whole strips.
uint32_t rows_per_strip(const Pixels& pixels) {
  constexpr size_t kStripBytes = size_t{256} * 1024;
  return static_cast<uint32_t>(std::max<size_t>(1, kStripBytes / pixels.row_bytes()));
}

void describe(TIFF* tiff, const Pixels& pixels, const FileNotes& notes) {
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<uint32_t>(pixels.width));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<uint32_t>(pixels.height));
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, pixels.bit_depth);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, pixels.channels);
  if (pixels.channels == 4) {
    constexpr uint16_t kStraight[] = {EXTRASAMPLE_UNASSALPHA};
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, kStraight);
  }
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
  TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
  // Brush strokes hold little that repeats: 12 MP in 16 bits take 1.6 s and 34 MB, with the default of 6 8.5 s and 32
  // MB.
  TIFFSetField(tiff, TIFFTAG_ZIPQUALITY, 1);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, rows_per_strip(pixels));
  // Baseline TIFF asks for a resolution; 72 pixels per inch is what programs take as not known.
  constexpr double kUnknownResolution = 72;
  TIFFSetField(tiff, TIFFTAG_XRESOLUTION, kUnknownResolution);
  TIFFSetField(tiff, TIFFTAG_YRESOLUTION, kUnknownResolution);
  TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
  const auto& profile = srgb_profile();
  TIFFSetField(tiff, TIFFTAG_ICCPROFILE, static_cast<uint32_t>(profile.size()), profile.data());
  if (!notes.xmp.empty()) {
    TIFFSetField(tiff, TIFFTAG_XMLPACKET, static_cast<uint32_t>(notes.xmp.size()), notes.xmp.data());
  }
}

/// Copies pixels and puts red first, as TIFF has it.
template <typename Sample>
void copy_red_first(const uint8_t* bytes, size_t count, int channels, uint8_t* target) {
  const auto* from = reinterpret_cast<const Sample*>(bytes);
  auto* to = reinterpret_cast<Sample*>(target);
  for (size_t i = 0; i < count; ++i, from += channels, to += channels) {
    to[0] = from[2];
    to[1] = from[1];
    to[2] = from[0];
    if (channels == 4) to[3] = from[3];
  }
}

bool write_strips(TIFF* tiff, const Pixels& pixels) {
  const auto rows = static_cast<int64_t>(rows_per_strip(pixels));
  const auto copy = pixels.bit_depth == 16 ? copy_red_first<uint16_t> : copy_red_first<uint8_t>;
  std::vector<uint8_t> strip;
  for (int64_t y = 0; y < pixels.height; y += rows) {
    const int64_t count = std::min(rows, pixels.height - y);
    strip.resize(static_cast<size_t>(count) * pixels.row_bytes());
    copy(pixels.row(y), static_cast<size_t>(count * pixels.width), pixels.channels, strip.data());
    const auto size = static_cast<tmsize_t>(strip.size());
    if (TIFFWriteEncodedStrip(tiff, static_cast<uint32_t>(y / rows), strip.data(), size) != size) return false;
  }
  return true;
}

}  // namespace

std::string encode_tiff(Pixels pixels, int /*quality*/, const FileNotes& notes) {
  // Classic TIFF counts bytes in 32 bits. Pixels that deflate cannot shrink grow by a thousandth.
  constexpr size_t kClassicBytes = 4'200'000'000;
  MemoryFile file;
  const auto tiff = writer_into(file, pixels.bytes.size() > kClassicBytes ? "w8" : "w");
  describe(tiff.get(), pixels, notes);
  // Valid pixels leave libtiff and zlib nothing to fail at but memory.
  if (!write_strips(tiff.get(), pixels)) throw std::bad_alloc();
  pixels = {};  // the file may have to grow once more
  if (TIFFWriteDirectory(tiff.get()) == 0) throw std::bad_alloc();
  return std::move(file.bytes);
}

}  // namespace styler
