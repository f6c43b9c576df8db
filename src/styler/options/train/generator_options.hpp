#pragma once

#include <cstdint>

#include "styler/base/text/names.hpp"

namespace styler {

/// How wide a generator is.
enum class GeneratorWidth {
  Tiny,   ///< 8, 16 and 32 channels at full, half and quarter size: 3,000 products a pixel.
  Small,  ///< 16, 32 and 64: 12,000 products a pixel.
  Large,  ///< 32, 64 and 128, as Johnson's tools have: 47,000 products a pixel.
};

inline constexpr Names<GeneratorWidth, 3> kGeneratorWidths{
    {{{GeneratorWidth::Tiny, "tiny"}, {GeneratorWidth::Small, "small"}, {GeneratorWidth::Large, "large"}}}};

/// What the norms behind convolutions centre and divide by.
enum class GeneratorNorm {
  /// Each picture's own statistics (Ulyanov et al. 2017, "Improved Texture Networks").
  Instance,
  /// While it learns those of all pictures of a step together (Ioffe & Szegedy 2015); what it paints with is their
  /// average over the steps, frozen.
  Batch,
};

inline constexpr Names<GeneratorNorm, 2> kGeneratorNorms{
    {{{GeneratorNorm::Instance, "instance"}, {GeneratorNorm::Batch, "batch"}}}};

/// Whose form a generator has.
enum class GeneratorForm {
  Styler,  ///< Ours.
  /// pytorch/examples' after Johnson et al. 2016: the same but for its first and last convolution, which are 9×9, and
  /// its end: colours are cut off at black and white, and no photo is added.
  Johnson,
  Onnx,  ///< Any other program's, of operators that an ONNX file names.
};

inline constexpr Names<GeneratorForm, 3> kGeneratorForms{
    {{{GeneratorForm::Styler, "styler"}, {GeneratorForm::Johnson, "johnson"}, {GeneratorForm::Onnx, "onnx"}}}};

/// The largest strength that a style can be asked for: what lies beyond 1 is more than the style itself.
inline constexpr double kMostStrength = 1.2;

/// Channels at full size; at half size there are twice as many, at a quarter four times.
constexpr int64_t full_size_channels(GeneratorWidth width) {
  return width == GeneratorWidth::Tiny ? 8 : width == GeneratorWidth::Small ? 16 : 32;
}

}  // namespace styler
