#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "styler/options/machine/device_options.hpp"
#include "styler/options/stylize_options.hpp"

namespace bench {

/// What styler_paint is told.
struct PaintOptions {
  styler::DeviceOptions device;
  styler::StylizeOptions stylize;
  std::filesystem::path content, style;  ///< 8-bit PPM, at the size at which they are used; empty: made up.
  std::filesystem::path output;          ///< 8-bit PPM; empty: none is written.
  bool tf32 = true;                      ///< In convolutions of float32: LibTorch's own default.
  bool search_kernels = false;           ///< Has cuDNN try its kernels for each new shape, and keep the fastest.
};

/// Reads `--name=value` arguments.
/// \throws styler::Error{InvalidArgument}
PaintOptions parse_paint_options(int argc, const char* const* argv);

/// The text of `--help`.
const char* paint_help();

}  // namespace bench
