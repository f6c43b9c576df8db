#pragma once

#include <filesystem>

namespace styler {

/// `$XDG_DATA_HOME/styler`, or `~/.local/share/styler`; empty for a user without a home.
std::filesystem::path user_data_folder();

}  // namespace styler
