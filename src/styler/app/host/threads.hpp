#pragma once

#include <spdlog/logger.h>

namespace styler::app {

/// How many of `wanted` threads this process may start beside those it has: all, or fewer where `ulimit -u` or a
/// container's limit of processes is in the way. They are started, all at once, and ended.
int startable_threads(int wanted);

/// Decides with how many threads the processor computes, and tells LibTorch, which would wait for ever for one that
/// can't be started. To be called once, before anything is computed and before pictures are read.
/// \param asked  0: as OMP_NUM_THREADS says, or one for each core, but no more than may be started.
/// \param log    is told of what the environment asks for, and where fewer can be started; nullptr: nobody.
/// \throws Error{Device} where those that were asked for can't be started.
int use_threads(int asked, spdlog::logger* log = nullptr);

}  // namespace styler::app
