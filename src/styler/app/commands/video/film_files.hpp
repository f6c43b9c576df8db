#pragma once

#include "styler/app/commands/video/options.hpp"

namespace styler::app {

/// Checks all files that a film's options name, before anything is read or written: what is written can be, and goes
/// over nothing that is read.
/// \throws Error{InvalidArgument}, Error{Output}; Error{Input} for a folder that can't be looked into.
void check_film_files(const VideoOptions& options);

}  // namespace styler::app
