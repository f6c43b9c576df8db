#pragma once

#include "styler/app/commands/command_line.hpp"
#include "styler/base/error.hpp"

namespace styler::app {

/// Each does what was asked and returns the exit code: 0, or 130 when a signal stopped it. Results go to stdout,
/// everything else to stderr. Requires options that validate() has passed.
/// \throws Error and whatever LibTorch throws; describe() in failure.hpp knows what to say then.
int run(const JobOptions& options);
int run(const BatchOptions& options);
int run(const SweepOptions& options);
int run(const ShowOptions& options);
int run(const WeightsInstall& options);
int run(const WeightsImport& options);
int run(const WeightsVerify& options);
int run(const WeightsList& options);

/// main() gives answers itself, and opens the engine for the rest: none comes here.
inline int run(const Answer& answer) {
  STYLER_ASSERT(answer.text.empty());
  return 0;
}

inline int run(const Request& request) {
  return std::visit([](const auto& options) { return run(options); }, request);
}

}  // namespace styler::app
