#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "styler/core/memory/plan.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/core/stylize/observer.hpp"
#include "styler/core/stylize/run_state.hpp"
#include "styler/core/stylize/stylizer.hpp"

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

/// Checks that a run can go on from `state`, which may be out of a file: one of another run, or with numbers that no
/// run leaves, must end in a sentence, not in an assertion deep below. What the optimiser remembers checks itself.
/// \throws Error{Input}
void check_fits(const RunState& state, const PlannedRun& run);

/// Checks that a scale has not ended where it began, because all its steps, however short, were taken back. Worth a
/// warning; but where losses were no finite numbers the first scale ends the run.
/// \throws Error{Input} for the first scale: there is nothing to show for it.
void check_has_moved(const MinimizerState& ended, bool is_first, Observer& observer);

/// Tells the user where the picture to be saved has a noticeably larger loss than the last iterate.
void warn_of_loss_in_saving(const StylizeResult& result, const ObjectiveOptions& objective, Observer& observer);

}  // namespace styler
