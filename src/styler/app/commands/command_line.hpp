#pragma once

#include <string>
#include <vector>

#include "styler/app/commands/command_list.hpp"

namespace styler::app {

/// --help and its like: nothing to do but to print this on stdout.
struct Answer {
  std::string text;
};

/// What one command line asks for.
using Request = AllCommands::Variant<Answer>;

/// Reads the arguments (without the program's name) and the config file that they may name. Checks that values can be
/// read, and do something beside the others, not that they make sense: that is for validate().
/// \throws Error{InvalidArgument} for anything that does not belong, with the nearest name that does.
Request parse(const std::vector<std::string>& arguments);

/// Checks every value of what was asked for, and what the values say together; needs no file and no device.
/// \throws Error{InvalidArgument}
void validate(const Request& request);

}  // namespace styler::app
