#pragma once

#include <ATen/core/Tensor.h>

#include "styler/core/generator/generator.hpp"

namespace styler::parity {

/// Sines whose frequency goes by a number, float64: the formula of make_generator_fixture.py.
at::Tensor waves(at::IntArrayRef shape, double number, double amplitude);

/// The tiny generator of that script.
Generator generator_of_waves();

}  // namespace styler::parity
