#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "styler/picture.hpp"
#include "styler/run_state.hpp"
#include "styler/schedule.hpp"

namespace styler {

/// Asserts shapes and type: a caller's mistake, not a user's.
void check_picture(const Picture& picture);

/// Checks that something of a picture can be seen.
/// \param which  `content` or `style`, for the message.
/// \param alpha  undefined: everything can.
/// \throws Error{Input}
void check_visible(const char* which, const at::Tensor& alpha);

/// Checks that a run of this schedule can go on from `state`: one of another run must end in a sentence, not in an
/// assertion deep below.
/// \throws Error{Input}
void check_fits(const RunState& state, const std::vector<Scale>& schedule, int64_t min_edge);

}  // namespace styler
