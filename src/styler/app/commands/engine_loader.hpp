#pragma once

#include "styler/app/commands/command_line.hpp"

namespace styler::app {

/// Runs a command, as run() in commands.hpp does. Where: in the engine, a module of this program with LibTorch and all
/// else that commands need, which is opened here.
///
/// Why not in the program itself: it would load nearly 300 libraries before main(), for --help too. Debian 12's
/// LibTorch takes 0.35 s of processor time for 140000 symbols to look up and 2500 operators to register; the linker's
/// options for ours (lazy binding, which is on anyway, --as-needed, hidden symbols) leave all of that as it is.
/// \throws as run(), Error{Memory} when there is not even enough to load the engine, and Error{Installation} when it,
/// or
///         a library that it needs, can't be loaded.
int run_in_engine(const Request& request);

}  // namespace styler::app
