#pragma once

#include "styler/app/commands/apply/options.hpp"
#include "styler/app/commands/apply/painter.hpp"

namespace styler::app {

/// Paints frames of standard input, as FrameReader reads them, one after the other, and writes each to standard output
/// in the same form as soon as it is painted, until there are no more.
/// \throws Error{Input}, Error{Output}
/// \returns the program's exit code.
int apply_to_stream(const ApplyOptions& options, const LoadedModels& models);

}  // namespace styler::app
