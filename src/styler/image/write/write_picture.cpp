#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <new>
#include <string_view>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/file/rescue.hpp"
#include "styler/base/text/lower_case.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/image/codec/encoders.hpp"
#include "styler/image/image_io.hpp"
#include "styler/image/metadata/metadata.hpp"

namespace styler {
namespace {

namespace fs = std::filesystem;

/// What a format can hold, and who encodes it.
struct OutputFormat {
  std::string_view name;
  std::array<std::string_view, 2> extensions;  ///< In small letters; the second may be empty.
  int64_t most_edge;                           ///< In pixels.
  bool holds_alpha, holds_16_bits, holds_notes;
  /// The largest EXIF block and XMP packet. JPEG's segments are 64 kB less their signatures.
  size_t most_exif_bytes, most_xmp_bytes;
  std::string (*encode)(Pixels, int quality, const FileNotes&);
};

constexpr size_t kAny = std::numeric_limits<uint32_t>::max() / 2;
constexpr int64_t kAnyEdge = std::numeric_limits<int32_t>::max();
/// PNG's own limit is beyond any picture; this is that of libpng, which OpenCV does not lift.
constexpr std::array<OutputFormat, 6> kFormats{{
    {"PNG", {".png", ""}, 1'000'000, true, true, true, kAny, kAny, encode_png},
    {"JPEG", {".jpg", ".jpeg"}, 65500, false, false, true, 65535 - 2 - 6, 65535 - 2 - 29, encode_jpeg},
    {"TIFF", {".tif", ".tiff"}, kAnyEdge, true, true, true, kAny, kAny, encode_tiff},
    {"WebP", {".webp", ""}, 16383, true, false, true, kAny, kAny, encode_webp},
    {"BMP", {".bmp", ""}, kAnyEdge, false, false, false, 0, 0, encode_bmp},
    {"PPM", {".ppm", ""}, kAnyEdge, false, false, false, 0, 0, encode_ppm},
}};

std::string named(const fs::path& file) { return "output " + quoted(file); }

/// Null for an extension that is not known.
const OutputFormat* find_format(const fs::path& file) {
  const std::string extension = lower_case_extension(file);
  const auto* const found = std::find_if(kFormats.begin(), kFormats.end(), [&](const OutputFormat& format) {
    return !extension.empty() && (extension == format.extensions[0] || extension == format.extensions[1]);
  });
  return found == kFormats.end() ? nullptr : found;
}

const OutputFormat& format_for(const fs::path& file, const WriteOptions& options) {
  const std::string extension = lower_case_extension(file);
  const auto* const format = find_format(file);
  if (format == nullptr) {
    std::string list;
    for (const auto& name : writable_extensions()) list += (list.empty() ? "" : ", ") + name;
    throw Error(ErrorCode::InvalidArgument,
                named(file) + " has " + (extension.empty() ? "no extension" : "the unknown extension " + extension) +
                    "; use one of " + list);
  }
  if (options.bit_depth == 16 && !format->holds_16_bits) {
    throw Error(ErrorCode::InvalidArgument,
                named(file) + " cannot hold 16 bits per channel; use .png or .tif, or --bit-depth 8");
  }
  return *format;
}

[[noreturn]] void refuse_size(const OutputFormat& format, const fs::path& file, Size size, const std::string& reason) {
  throw Error(ErrorCode::Output, named(file) + " cannot hold a picture of " + size_text(size) + " px: " + reason +
                                     (format.encode == encode_png ? "; use .tif" : "; use .png or .tif"));
}

void check_edges(const OutputFormat& format, const fs::path& file, Size size) {
  if (size.long_edge() <= format.most_edge) return;
  refuse_size(format, file, size,
              std::string(format.name) + " allows at most " + std::to_string(format.most_edge) + " pixels a side");
}

/// `#rrggbb`
std::string colour_text(const std::array<double, 3>& colour) {
  std::string text = "#";
  for (const double value : colour) {
    std::array<char, 3> digits{};
    (void)std::snprintf(digits.data(), digits.size(), "%02x", static_cast<unsigned>(std::lround(value * 255)) & 0xFFU);
    text += digits.data();
  }
  return text;
}

Pixels pixels_for(const Picture& picture, const OutputFormat& format, const fs::path& file, const WriteOptions& options,
                  const WarningSink& warn) {
  QuantizeOptions quantize_options{.bit_depth = options.bit_depth, .dither = options.dither, .background = {}};
  if (picture.alpha.defined() && !format.holds_alpha) {
    const auto& colour = options.background;
    quantize_options.background = {static_cast<float>(colour[0]), static_cast<float>(colour[1]),
                                   static_cast<float>(colour[2])};
    if (warn) {
      warn(named(file) + " has no transparency, since " + std::string(format.name) +
           " cannot hold it: it was flattened on " + colour_text(colour) +
           "; choose another colour with --background, or use .png, .tif or .webp");
    }
  }
  return quantize(picture, quantize_options);
}

/// As much of the notes as the format can hold; the parameters come before the photo's own.
FileNotes fitting_notes(const PictureNotes& notes, const OutputFormat& format, const fs::path& file,
                        const WarningSink& warn) {
  const auto tell = [&](const std::string& what) {
    if (warn) {
      warn(named(file) + " lacks " + what + ", which " + std::string(format.name) +
           " has no room for; use .png to keep all");
    }
  };
  const std::string& parameters = notes.parameters;
  const auto& photo = notes.photo;
  FileNotes fitting;
  if (photo.exif.size() <= format.most_exif_bytes) fitting.exif = photo.exif;
  if (fitting.exif.size() != photo.exif.size()) tell("the photo's EXIF data");
  if (!format.holds_notes) {
    if (!parameters.empty()) tell("its parameters");
    if (!photo.xmp.empty()) tell("the photo's XMP data");
    return fitting;
  }
  if (format.encode == encode_png) return {.parameters = parameters, .exif = fitting.exif, .xmp = photo.xmp};
  const auto fits = [&](bool with_photo, bool with_parameters) {
    fitting.xmp = xmp_packet(with_photo ? photo.xmp : "", with_parameters ? parameters : "");
    const bool wanted = (with_photo && !photo.xmp.empty()) || (with_parameters && !parameters.empty());
    return fitting.xmp.size() <= format.most_xmp_bytes && fitting.xmp.empty() != wanted;
  };
  if (fits(true, true)) return fitting;
  if (fits(false, true)) {
    tell("the photo's XMP data");
  } else if (fits(true, false)) {
    tell("its parameters");
  } else {
    tell("its parameters and the photo's XMP data");
    fitting.xmp.clear();
  }
  return fitting;
}

std::string encoded(Pixels pixels, const OutputFormat& format, const fs::path& file, int quality,
                    const FileNotes& notes, const WarningSink& warn) {
  std::string bytes = format.encode(std::move(pixels), quality, notes);
  if (format.encode != encode_tiff || notes.exif.empty()) return bytes;
  std::string with_exif = tiff_with_exif(bytes, notes.exif);
  if (!with_exif.empty()) return with_exif;
  if (warn) warn(named(file) + " lacks the photo's EXIF data, which could not be written; use .png to keep them");
  return bytes;
}

[[noreturn]] void throw_memory(const fs::path& file) {
  throw Error(ErrorCode::Memory,
              named(file) + " needs more memory to be encoded than this machine has free; use a smaller picture");
}

}  // namespace

std::string encode_picture(const Picture& picture, const fs::path& name, const WriteOptions& options,
                           const PictureNotes& notes, const WarningSink& warn) {
  options.validate();
  const auto& format = format_for(name, options);
  const Size size = picture_size(picture.colour);
  check_edges(format, name, size);
  try {
    Pixels pixels = pixels_for(picture, format, name, options, warn);
    try {
      const FileNotes fitting = fitting_notes(notes, format, name, warn);
      return encoded(std::move(pixels), format, name, options.quality, fitting, warn);
    } catch (const FormatLimit& limit) {
      refuse_size(format, name, size, limit.what());
    }
  } catch (const std::bad_alloc&) {
    throw_memory(name);
  } catch (const c10::Error&) {  // nothing but LibTorch's allocator can fail above
    throw_memory(name);
  }
}

void write_picture(const Picture& picture, const fs::path& file, const WriteOptions& options, const PictureNotes& notes,
                   const WarningSink& warn) {
  write_file_atomically(file, encode_picture(picture, file, options, notes, warn));
}

void write_picture_or_rescue(const Picture& picture, const fs::path& file, const WriteOptions& options,
                             const PictureNotes& notes, const WarningSink& warn) {
  write_file_or_rescue(file, encode_picture(picture, file, options, notes, warn), "the picture");
}

void check_picture_writable(const fs::path& file, const WriteOptions& options, bool needs_room) {
  options.validate();
  format_for(file, options);
  check_writable(file, {.replaces_protected = options.replaces_protected, .needs_room = needs_room});
}

void check_picture_size(const fs::path& file, Size size) {
  if (const auto* const format = find_format(file)) check_edges(*format, file, size);
}

bool can_hold_notes(const fs::path& file) {
  const auto* const format = find_format(file);
  return format != nullptr && format->holds_notes;
}

const std::vector<std::string>& writable_extensions() {
  static const auto extensions = [] {
    std::vector<std::string> all;
    for (const auto& format : kFormats) {
      for (const auto& extension : format.extensions) {
        if (!extension.empty()) all.emplace_back(extension);
      }
    }
    return all;
  }();
  return extensions;
}

}  // namespace styler
