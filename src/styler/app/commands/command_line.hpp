#pragma once

#include <string>
#include <variant>
#include <vector>

#include "styler/app/commands/batch/options.hpp"
#include "styler/app/commands/show/options.hpp"
#include "styler/app/commands/sweep/options.hpp"
#include "styler/app/commands/weights/options.hpp"
#include "styler/app/job/options/job_options.hpp"

namespace styler::app {

/// --help and --version: nothing to do but to print this on stdout.
struct Answer {
  std::string text;
};

/// What one command line asks for. A new command adds its options here, binds them in parse(), and gets a run().
using Request = std::variant<Answer, JobOptions, BatchOptions, SweepOptions, ShowOptions, WeightsInstall, WeightsImport,
                             WeightsVerify, WeightsList>;

/// Reads the arguments (without the program's name) and the config file that they may name. Checks that values can be
/// read, not that they make sense: that is for validate().
/// \throws Error{InvalidArgument} for anything that does not belong, with the nearest name that does.
Request parse(const std::vector<std::string>& arguments);

/// Checks every value of what was asked for, and what the values say together; needs no file and no device.
/// \throws Error{InvalidArgument}
void validate(const Request& request);

}  // namespace styler::app
