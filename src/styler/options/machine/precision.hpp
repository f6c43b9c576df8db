#pragma once

#include "styler/base/text/names.hpp"

namespace styler {

/// The numbers to compute with or to keep something in, as they were asked for; Auto leaves the choice to the program.
enum class Precision { Auto, Fp32, Bf16 };

inline constexpr Names<Precision, 3> kPrecisions{
    {{{Precision::Auto, "auto"}, {Precision::Fp32, "fp32"}, {Precision::Bf16, "bf16"}}}};

}  // namespace styler
