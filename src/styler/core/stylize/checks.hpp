#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "styler/core/picture/picture.hpp"
#include "styler/core/stylize/run_state.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "styler/options/scales.hpp"

namespace styler {

/// Asserts shapes and type: a caller's mistake, not a user's.
void check_picture(const Picture& picture);

/// Checks that there are styles, and their shares and scales.
/// \throws Error{InvalidArgument}
void check_styles(const std::vector<StyleSource>& styles);

/// Checks that something of a picture can be seen.
/// \param which  `content picture`, `style picture` or such, for the message.
/// \param alpha  undefined: everything can.
/// \throws Error{Input}
void check_visible(const std::string& which, const at::Tensor& alpha);

/// Checks that a run of this schedule can go on from `state`: one of another run must end in a sentence, not in an
/// assertion deep below.
/// \throws Error{Input}
void check_fits(const RunState& state, const std::vector<Scale>& schedule, int64_t min_edge);

}  // namespace styler
