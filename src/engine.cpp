#include "styler/app/commands/dispatch.hpp"

/// What run_in_engine() calls. What is thrown goes through to it: both halves are C++ of one build.
extern "C" int styler_run(const styler::app::Request& request) { return styler::app::dispatch(request); }
