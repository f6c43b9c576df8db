#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "styler/app/cli/option_table.hpp"

namespace styler::app {

/// What a config file gives options, by their keys, each as the words that the command line would have.
using ConfigWords = std::map<std::string, std::vector<std::string>>;

/// Reads a TOML file whose keys are options of `table`. At most a megabyte is read, and nesting is bounded.
/// \throws Error{InvalidArgument} when it is no regular file that can be read, with line and column where it is no
/// TOML,
///         and for a key that is no option, a date, a table, and several values where one belongs.
ConfigWords read_config(const OptionTable& table, const std::filesystem::path& file);

}  // namespace styler::app
