#pragma once

#include <filesystem>

#include "styler/app/cli/option_table.hpp"

namespace CLI {
class App;
}

namespace styler::app {

/// Gives the options of `app` that were not given on the command line the values that a TOML file has for them.
/// \throws Error{InvalidArgument} when the file can't be read, and for a key that is no option, that stands there
/// twice,
///         or has several values where one belongs.
void apply_config(CLI::App& app, const OptionTable& table, const std::filesystem::path& file);

}  // namespace styler::app
