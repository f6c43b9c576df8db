#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <vector>

namespace styler {

/// Reads a picture file as [1, 3, H, W], float32 on the CPU, RGB, sRGB-encoded, in [0, 1].
/// 8- and 16-bit files keep their precision; grey is spread to three channels; EXIF orientation is applied; alpha is
/// dropped (flattened on white).
/// \throws Error{Input} naming the file and the reason: missing, a folder, unreadable, empty, not a picture, truncated.
at::Tensor read_picture(const std::filesystem::path& file);

/// Writes [1, 3, H, W] in [0, 1] as 8 bits per channel: values are clamped, then rounded. The format follows the
/// extension: .png, .jpg/.jpeg (quality 95, 4:4:4), .tif/.tiff, .webp, .bmp, .ppm. Atomic, see atomic_file.hpp.
/// \throws Error{Output} naming the file and the reason.
void write_picture(const at::Tensor& picture, const std::filesystem::path& file);

/// What write_picture puts into an 8-bit file, as a picture again: clamped to [0, 1] and rounded to n/255.
at::Tensor quantized_to_8_bits(const at::Tensor& picture);

/// Checks that write_picture could write `file`: its extension is known, its folder is there and writable.
/// \throws Error{Output}
void check_picture_writable(const std::filesystem::path& file);

/// The extensions that write_picture knows, for messages: `.png`, `.jpg` …
const std::vector<std::string>& writable_extensions();

/// `4.6.0`, of the library that this program was built with; for --version and reports.
std::string opencv_version();

}  // namespace styler
