#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <vector>

namespace styler {

/// Reads a picture file as [1, 3, H, W], float32 on the CPU, RGB, sRGB-encoded, in [0, 1].
/// The content decides the format, not the name. 8- and 16-bit files keep their precision; grey is spread to three
/// channels; EXIF orientation (JPEG, PNG, WebP) is applied; alpha is flattened on white.
/// Memory while reading: the file, its decoded pixels and 16 bytes per pixel.
/// \throws Error{Input} naming the file and the reason: missing, a folder, unreadable, empty, not a picture, truncated,
/// damaged, larger than OpenCV allows, neither 8 nor 16 bits per channel; Error{Memory}
at::Tensor read_picture(const std::filesystem::path& file);

/// Writes [1, 3, H, W], any floating type and device, as 8 bits per channel: values are clamped to [0, 1] and rounded.
/// The format follows the extension, in capitals or not: .png, .jpg/.jpeg (quality 95; 4:4:4 from OpenCV 4.7 on, with
/// older ones 4:2:0), .tif/.tiff, .webp (lossless), .bmp, .ppm. Atomic, see atomic_file.hpp.
/// Requires the shape above and no NaN (STYLER_ASSERT).
/// \throws Error{InvalidArgument} for an extension that is not known, Error{Output} naming the file and the reason,
///         Error{Memory}.
void write_picture(const at::Tensor& picture, const std::filesystem::path& file);

/// What write_picture puts into an 8-bit file, as a float32 picture again: clamped to [0, 1] and rounded to n/255.
/// On the same device, without gradient.
at::Tensor quantized_to_8_bits(const at::Tensor& picture);

/// Checks that write_picture could write `file`: its extension is known, its folder is there and writable.
/// \throws Error{InvalidArgument} for the extension, Error{Output} for the folder.
void check_picture_writable(const std::filesystem::path& file);

/// The extensions that write_picture knows, for messages: `.png`, `.jpg` …
const std::vector<std::string>& writable_extensions();

/// `4.6.0`, of the library that this program was built with; for --version and reports.
std::string opencv_version();

}  // namespace styler
