#include <c10/util/Exception.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <new>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <stdexcept>
#include <system_error>

#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/image/codec/bytes/picture_bytes.hpp"
#include "styler/image/codec/decoders.hpp"
#include "styler/image/colour/colour_profile.hpp"
#include "styler/image/image_io.hpp"
#include "styler/image/read/picture_assembly.hpp"

namespace styler {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_input(const fs::path& file, const std::string& reason) {
  throw Error(ErrorCode::Input, "picture " + quoted(file) + " " + reason);
}

[[noreturn]] void throw_memory(const fs::path& file) {
  throw Error(ErrorCode::Memory, "picture " + quoted(file) +
                                     " needs more memory to be read than this machine has free; use a smaller picture");
}

[[noreturn]] void throw_unreadable(const fs::path& file) {
  const int reason = errno != 0 ? errno : EIO;
  throw_input(file, "cannot be read (" + std::generic_category().message(reason) + "); check its permissions");
}

constexpr const char* kUnknownFormat =
    "is not a picture in a format known here; convert it to PNG, JPEG, TIFF, WebP, BMP or PPM";

/// More bytes than any format needs to be known by.
constexpr uintmax_t kBeginning = 4096;

/// GIF and AVIF come with newer versions of OpenCV; the rest is known so that it can be called by its name. OpenCV
/// tells of its decoders only by its encoders, which come with them.
struct Optional {
  PictureFormat format;
  const char* extension;  ///< As OpenCV knows it; nullptr where it is never asked.
  const char* converter;  ///< What makes a PNG of it on Debian.
};
constexpr Optional kOptional[] = {
    {PictureFormat::Gif, ".gif", "`convert IN.gif[0] OUT.png` of the package imagemagick"},
    {PictureFormat::Avif, ".avif", "`avifdec IN.avif OUT.png` of the package libavif-bin"},
    {PictureFormat::Heic, nullptr, "`heif-convert IN.heic OUT.png` of the package libheif-examples"},
    {PictureFormat::JpegXl, nullptr, "`djxl IN.jxl OUT.png` of the package libjxl-tools"},
    {PictureFormat::Jpeg2000, nullptr, "`opj_decompress -i IN.jp2 -o OUT.png` of the package libopenjp2-tools"},
    {PictureFormat::OpenExr, nullptr,
     "`oiiotool IN.exr --tocolorspace sRGB -o OUT.png` of the package openimageio-tools"},
    {PictureFormat::Raw, nullptr, "`darktable-cli IN OUT.tif` of the package darktable"}};

DecodedPicture decode_optional(const PictureSource& source, PictureFormat format) {
  for (const auto& optional : kOptional) {
    if (optional.format != format) continue;
    if (optional.extension != nullptr && cv::haveImageWriter(optional.extension)) return decode_with_opencv(source);
    const std::string article = source.format.starts_with('A') || source.format.starts_with('O') ? "an " : "a ";
    source.refuse("is " + article + std::string(source.format) +
                  " picture, which is not read here; convert it to PNG or JPEG, on Debian with " + optional.converter);
  }
  source.refuse(kUnknownFormat);
}

void check_regular(const fs::path& file) {
  std::error_code error;
  const auto status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found) throw_input(file, "does not exist; check the path");
  if (fs::is_directory(status)) throw_input(file, "is a folder; name a picture file");
  if (fs::exists(status) && !fs::is_regular_file(status)) {  // /dev/zero never ends, and a pipe may never begin
    throw_input(file, "is a device or a pipe; name a picture file");
  }
}

/// \param picture  whether the beginning must be a picture's: a film of sixty gigabytes in a folder of photos is told
/// by
///                 it, before it fills the memory.
std::string read_bytes(const fs::path& file, bool picture) {
  check_regular(file);
  errno = 0;
  std::error_code error;
  std::ifstream stream(file, std::ios::binary);
  const auto size = fs::file_size(file, error);
  if (!stream.is_open() || error) throw_unreadable(file);
  std::string bytes;
  const auto read_up_to = [&](size_t end) {
    const size_t begin = bytes.size();
    bytes.resize(end);
    stream.read(bytes.data() + begin, static_cast<std::streamsize>(end - begin));
    if (stream.bad()) throw_unreadable(file);
    bytes.resize(begin + static_cast<size_t>(stream.gcount()));
  };
  try {
    read_up_to(std::min<uintmax_t>(size, kBeginning));
    if (bytes.empty()) throw_input(file, "is empty (0 bytes); copy or download it again");
    if (picture && picture_format(bytes) == PictureFormat::Unknown) throw_input(file, kUnknownFormat);
    if (size > bytes.size()) read_up_to(size);
    return bytes;
  } catch (const std::bad_alloc&) {
    throw_memory(file);
  } catch (const std::length_error&) {  // a size that no string can have
    throw_memory(file);
  }
}

DecodedPicture decode(const PictureSource& source, PictureFormat format) {
  switch (format) {
    case PictureFormat::Jpeg:
      return decode_jpeg(source);
    case PictureFormat::Png:
      return decode_png(source);
    case PictureFormat::WebP:
      return decode_webp(source);
    case PictureFormat::Tiff:
      return decode_tiff(source);
    case PictureFormat::Pnm:
      return decode_pnm(source);
    case PictureFormat::Bmp:
      return decode_bmp(source);
    default:
      return decode_optional(source, format);
  }
}

/// Adds what EXIF and XMP say to what the decoder found in the format's own places, which come first.
void add_metadata(DecodedPicture& decoded, const PictureSource& source) {
  ShownAs shown = shown_as(metadata_blocks(source.bytes));
  if (decoded.orientation == 0) decoded.orientation = std::max(shown.orientation, 1);
  decoded.warnings.insert(decoded.warnings.end(), shown.warnings.begin(), shown.warnings.end());
  if (!decoded.icc.empty() || decoded.colours_are_told || decoded.colour == ColourKind::Cmyk) return;
  decoded.icc = decoded.colour == ColourKind::Grey ? shown.grey_profile : shown.colour_profile;
  if (shown.colours_unknown) {
    decoded.warnings.emplace_back(
        "says that its colours are not those of sRGB, but not which they are; it is taken for sRGB");
  }
}

/// What becomes of the colours that a file stores.
enum class Colours { ToSrgb, AsStored };

Picture decode_as(Colours colours, std::string_view bytes, const fs::path& name, const ReadOptions& options,
                  const WarningSink& warn) {
  options.validate();
  const auto format = picture_format(bytes);
  const PictureSource source{bytes, name, options, format_name(format)};
  if (bytes.empty()) source.refuse("is empty (0 bytes); copy or download it again");
  try {
    DecodedPicture decoded = decode(source, format);
    add_metadata(decoded, source);
    if (colours == Colours::AsStored && decoded.colour == ColourKind::Cmyk) {
      source.refuse("is in CMYK, in which a map's colours can't be told; save it in RGB");
    }
    if (decoded.pixels.depth() == CV_32F && !cv::checkRange(decoded.pixels)) {
      decoded.warnings.emplace_back("has values that are no finite numbers; such are black, and infinite ones white");
    }
    const auto to_srgb = colours == Colours::ToSrgb ? transform_to_srgb(decoded) : nullptr;
    const auto warnings = decoded.warnings;
    Picture picture = assemble(std::move(decoded), to_srgb.get());
    for (const auto& warning : warnings) {
      if (warn) warn("picture " + quoted(name) + " " + warning);
    }
    return picture;
  } catch (const std::bad_alloc&) {
    throw_memory(name);
  } catch (const cv::Exception& exception) {
    if (exception.code == cv::Error::StsNoMem) throw_memory(name);
    throw;
  } catch (const c10::Error&) {  // nothing but LibTorch's allocator can fail above
    throw_memory(name);
  }
}

}  // namespace

std::string read_file_bytes(const fs::path& file) { return read_bytes(file, /*picture=*/false); }

std::string read_picture_bytes(const fs::path& file) { return read_bytes(file, /*picture=*/true); }

bool is_whole_picture(std::string_view bytes) { return !is_truncated(bytes); }

Picture decode_picture(std::string_view bytes, const fs::path& name, const ReadOptions& options,
                       const WarningSink& warn) {
  return decode_as(Colours::ToSrgb, bytes, name, options, warn);
}

Picture decode_map(std::string_view bytes, const fs::path& name, const ReadOptions& options, const WarningSink& warn) {
  Picture map = decode_as(Colours::AsStored, bytes, name, options, warn);
  if (map.alpha.defined()) throw_input(name, "is transparent in places, where a map has no colour; fill these");
  return map;
}

Picture read_picture(const fs::path& file, const ReadOptions& options, const WarningSink& warn) {
  return decode_picture(read_picture_bytes(file), file, options, warn);
}

const std::vector<std::string>& readable_extensions() {
  // Those that no OpenCV reads stand here too: a photo that a folder's owner sees should not be left out in silence.
  static const std::vector<std::string> extensions{".jpg",   ".jpeg", ".jpe",  ".jfif", ".png", ".tif", ".tiff",
                                                   ".webp",  ".bmp",  ".dib",  ".ppm",  ".pgm", ".pbm", ".pnm",
                                                   ".gif",   ".avif", ".heic", ".heif", ".jxl", ".jp2", ".mpo",
                                                   ".pjpeg", ".pjp",  ".jif",  ".jfi",  ".hif", ".j2k", ".jpx"};
  return extensions;
}

const std::vector<std::string>& raw_extensions() {
  static const std::vector<std::string> extensions{
      ".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".fff", ".gpr", ".iiq", ".kdc", ".mef", ".mos",
      ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f"};
  return extensions;
}

}  // namespace styler
