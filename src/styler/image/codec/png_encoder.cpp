#include <png.h>
#include <zlib.h>

#include <array>
#include <bit>
#include <csetjmp>
#include <new>

#include "styler/image/codec/encoders.hpp"

namespace styler {
namespace {

constexpr const char* kParametersKeyword = "styler";
constexpr const char* kXmpKeyword = "XML:com.adobe.xmp";  // fixed by Adobe's XMP specification, part 3

/// What libpng's callbacks need to know.
struct Sink {
  std::string file;
  bool out_of_memory = false;
};

/// Exceptions must not cross libpng, which is C: what goes wrong is noted, and libpng told to jump back.
bool append(Sink& sink, const png_byte* bytes, size_t count) noexcept {
  try {
    sink.file.append(reinterpret_cast<const char*>(bytes), count);
  } catch (const std::bad_alloc&) {
    sink.out_of_memory = true;
  } catch (const std::length_error&) {
    sink.out_of_memory = true;
  }
  return !sink.out_of_memory;
}

void write_bytes(png_structp png, png_bytep bytes, size_t count) {
  if (!append(*static_cast<Sink*>(png_get_io_ptr(png)), bytes, count)) png_error(png, "out of memory");
}

[[noreturn]] void jump_back(png_structp png, png_const_charp) { png_longjmp(png, 1); }

void stay_silent(png_structp, png_const_charp) {}

struct Writer {
  Writer()
      : png(png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, jump_back, stay_silent)),
        info(png != nullptr ? png_create_info_struct(png) : nullptr) {}
  ~Writer() { png_destroy_write_struct(&png, &info); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  png_structp png;
  png_infop info;
};

png_text international_text(const char* keyword, const std::string& text) {
  png_text chunk{};
  chunk.compression = PNG_ITXT_COMPRESSION_NONE;  // whoever looks for them needs no zlib
  chunk.key = const_cast<char*>(keyword);
  chunk.text = const_cast<char*>(text.c_str());
  chunk.itxt_length = text.size();
  return chunk;
}

/// How hard to try, which changes size and time but not the picture. 12 MP of brush strokes take 0.6 s and 23.4 MB like
/// this; zlib's default level with all filters takes 4.5 s for 23.3 MB: in filtered strokes there is little that
/// repeats.
void set_compression(png_structp png) {
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_PAETH);
  png_set_compression_level(png, Z_BEST_SPEED);
  png_set_compression_strategy(png, Z_RLE);
}

void set_notes(const Writer& writer, const FileNotes& notes) {
  // Before the pixels, so that a reader of the first bytes finds them.
  const std::array texts{international_text(kParametersKeyword, notes.parameters),
                         international_text(kXmpKeyword, notes.xmp)};
  for (const auto& text : texts) {
    if (text.itxt_length > 0) png_set_text(writer.png, writer.info, &text, 1);
  }
  if (!notes.exif.empty()) {
    png_set_eXIf_1(writer.png, writer.info, static_cast<png_uint_32>(notes.exif.size()),
                   reinterpret_cast<png_bytep>(const_cast<char*>(notes.exif.data())));
  }
}

/// Owns nothing, since libpng may jump out of it at any call.
bool write_file(const Writer& writer, const Pixels& pixels, const FileNotes& notes) {
  if (setjmp(png_jmpbuf(writer.png)) != 0) return false;
  png_set_user_limits(writer.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // libpng's own limit is 10^6 a side
  png_set_IHDR(writer.png, writer.info, static_cast<png_uint_32>(pixels.width), static_cast<png_uint_32>(pixels.height),
               pixels.bit_depth, pixels.channels == 4 ? PNG_COLOR_TYPE_RGBA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_sRGB_gAMA_and_cHRM(writer.png, writer.info, PNG_sRGB_INTENT_PERCEPTUAL);
  set_compression(writer.png);
  set_notes(writer, notes);
  png_write_info(writer.png, writer.info);
  if (pixels.bit_depth == 16 && std::endian::native == std::endian::little) png_set_swap(writer.png);
  for (int64_t y = 0; y < pixels.height; ++y) png_write_row(writer.png, pixels.row(y));
  png_write_end(writer.png, nullptr);
  return true;
}

}  // namespace

std::string encode_png(const Pixels& pixels, int /*quality*/, const FileNotes& notes) {
  Sink sink;
  const Writer writer;
  if (writer.info == nullptr) throw std::bad_alloc();
  png_set_write_fn(writer.png, &sink, write_bytes, nullptr);
  // Valid pixels leave libpng and zlib nothing to fail at but memory.
  if (!write_file(writer, pixels, notes)) throw std::bad_alloc();
  return std::move(sink.file);
}

}  // namespace styler
