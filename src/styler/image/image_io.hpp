#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "styler/core/picture/picture.hpp"
#include "styler/options/picture_file_options.hpp"
#include "styler/options/scales.hpp"

namespace styler {

/// The whole file, read at once, so that what is hashed is what is decoded. Any name that the system can hold works.
/// \throws Error{Input} naming the file and the reason: missing, a folder, a device or pipe, unreadable, empty;
///         Error{Memory}
std::string read_file_bytes(const std::filesystem::path& file);

/// The same for a file that is to be a picture. What does not begin like one is refused before it fills the memory.
/// \throws as read_file_bytes, and Error{Input} for what is in no format known here.
std::string read_picture_bytes(const std::filesystem::path& file);

/// False when a JPEG, PNG or WebP file ends before its own end marker. Other formats have none, and count as whole.
bool is_whole_picture(std::string_view bytes);

/// Decodes a picture file as people have them. The content decides the format, not the name: JPEG (8 bits; grey,
/// colour, CMYK), PNG (1 to 16 bits; grey, palette, alpha, interlaced), TIFF (integers of 1 to 64 bits, floating point
/// of 16 to 64; grey, palette, colour, CMYK, L*a*b*, alpha of both kinds, tiles, planes), WebP, BMP (OS/2's and
/// Windows', with runs and bit fields), PPM/PGM/PBM, and GIF and AVIF if the OpenCV at hand was built with them.
/// Nothing else is given to OpenCV to guess at: its other decoders cannot be asked for a size beforehand.
///
/// - Precision of 16-bit and float files is kept. What is black and white in numbers that don't say so (with a sign, of
///   more than 16 bits, floating point beyond [0, 1]) is guessed by what there is, with a warning, and clamped to [0,
///   1]. Grey is spread to three channels.
/// - Turned upright as EXIF's orientation asks for, or XMP's where EXIF has none, in every format that can hold it,
///   alpha with it.
/// - An embedded ICC profile (or PNG's gamma and chromaticities) is converted to sRGB, relative colorimetric with black
///   point compensation. CMYK is converted by its profile, or where it has none as if
///   its inks were ideal, with a warning. Where no profile stands, EXIF's word for Adobe RGB counts, or XMP's.
/// - Straight colours; where alpha is 0, the colour of the nearest visible pixels stands instead of the hidden one, so
///   that nothing of what a file hides can reach a result. All-opaque alpha is dropped.
/// - Of an animated file the first frame is taken, with a warning.
///
/// Memory while reading: the file, its decoded pixels and 12 bytes per pixel (18 with alpha); it is counted before
/// anything is decoded, see ReadOptions. A large JPEG that will be used small is decoded smaller: own_size() has its
/// file's size. Safe on several threads.
/// \param bytes  of the whole file.
/// \param name   for messages only.
/// \throws Error{Input} naming the file and the reason: not a picture, a format that this OpenCV was built without,
///         truncated, damaged, more than max_pixels; Error{Memory} for more than memory_bytes, or than there is.
Picture decode_picture(std::string_view bytes, const std::filesystem::path& name, const ReadOptions& options = {},
                       const WarningSink& warn = {});

/// The same for a picture whose colours are names, as in a map: what the file stores, whatever a profile says of how it
/// should look.
/// \throws as decode_picture, and Error{Input} for CMYK and for pictures that are transparent in places.
Picture decode_map(std::string_view bytes, const std::filesystem::path& name, const ReadOptions& options = {},
                   const WarningSink& warn = {});

/// decode_picture(read_picture_bytes(file), file, …).
Picture read_picture(const std::filesystem::path& file, const ReadOptions& options = {}, const WarningSink& warn = {});

/// The extensions, in small letters, of files that are taken for pictures when a folder is searched: those of
/// decode_picture and of formats that only some OpenCV can read.
const std::vector<std::string>& readable_extensions();

/// The extensions of cameras' raw files, which nothing here reads.
const std::vector<std::string>& raw_extensions();

/// What a photo's file tells of itself beside its pixels, ready to be written into another file: the orientation set to
/// upright, without thumbnail, sizes and colour space, which are the result's own, and without maker's notes, settings
/// of photo editors and all else that is not known to describe the photo.
struct PhotoMetadata {
  std::string exif;  ///< An EXIF block; empty: none.
  std::string xmp;   ///< An XMP packet; empty: none.
};

/// \param keep_gps  false: nothing of where the photo was taken, in EXIF or in XMP, is left.
/// A file whose metadata cannot be read has none.
PhotoMetadata photo_metadata(std::string_view bytes, bool keep_gps);

/// What goes into a file beside the pixels.
struct PictureNotes {
  /// UTF-8 text, which stored_parameters() gives back; empty: none. XMP has no control characters but tab and line
  /// ends: JSON escapes the others, elsewhere they become spaces.
  std::string parameters;
  PhotoMetadata photo;
};

/// Encodes a picture in the format of an extension, in capitals or not: .png, .jpg/.jpeg, .tif/.tiff, .webp, .bmp,
/// .ppm. Values are clamped to [0, 1], then dithered if asked for, then rounded. Tagged as sRGB (an sRGB chunk in PNG,
/// an ICC profile in JPEG, TIFF and WebP). Parameters go into an iTXt chunk of PNG and into XMP elsewhere; .bmp and
/// .ppm hold neither notes nor alpha, .jpg no alpha and at most 64 kB of notes; parameters come first. The same
/// picture, options and notes give the same bytes.
/// \param picture  colour of any floating type and device; no NaN (STYLER_ASSERT).
/// \param warn     is told when alpha was flattened, or notes had no place.
/// \throws Error{InvalidArgument} for an extension that is not known or a bit depth that it can't hold, Error{Output}
///         for a picture that the format can't hold (WebP: 16383 pixels a side), Error{Memory}.
std::string encode_picture(const Picture& picture, const std::filesystem::path& name, const WriteOptions& options = {},
                           const PictureNotes& notes = {}, const WarningSink& warn = {});

/// encode_picture() into a file. Atomic, see atomic_file.hpp.
/// \throws as encode_picture, and Error{Output} naming the file and the reason.
void write_picture(const Picture& picture, const std::filesystem::path& file, const WriteOptions& options = {},
                   const PictureNotes& notes = {}, const WarningSink& warn = {});

/// The same for a picture that took long to make: where `file` can't be written, it goes into a new file in another
/// place.
/// \throws as write_picture; Error{Output} says then where the picture is.
void write_picture_or_rescue(const Picture& picture, const std::filesystem::path& file,
                             const WriteOptions& options = {}, const PictureNotes& notes = {},
                             const WarningSink& warn = {});

/// Checks that write_picture could write `file`: its extension is known, holds the bit depth, and check_writable() in
/// atomic_file.hpp has nothing against it.
/// \param needs_room  whether a disk that is full already is in the way.
/// \throws Error{InvalidArgument} for the extension, Error{Output} for the rest.
void check_picture_writable(const std::filesystem::path& file, const WriteOptions& options = {},
                            bool needs_room = true);

/// Checks that the format of `file` can hold a picture of this size. (BMP's limit is one of bytes, and is met only when
/// the picture is written.)
/// \throws Error{Output}, as write_picture() would when the picture is painted.
void check_picture_size(const std::filesystem::path& file, Size size);

/// Whether files of this name's format can hold PictureNotes.
bool can_hold_notes(const std::filesystem::path& file);

/// The parameters that encode_picture put into these bytes; empty when there are none. Pixels are not decoded.
std::string stored_parameters(std::string_view bytes);

/// The extensions that write_picture knows, for messages: `.png`, `.jpg` …
const std::vector<std::string>& writable_extensions();

}  // namespace styler
