#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/options/picture_file_options.hpp"

namespace styler::app {

/// Checks everything that would make every job fail, and makes the output folder.
/// \param tells_finished  whether what is there is to be told from what is not by what the pictures say of themselves.
/// \throws Error{Output} for a folder that can't be made or written to, Error{InvalidArgument} for an extension that is
///         not known, can't hold what `write` asks for, or has no room to tell finished pictures by.
void prepare_outputs(const std::filesystem::path& folder, const std::vector<std::filesystem::path>& outputs,
                     const WriteOptions& write, bool tells_finished);

/// What an earlier run stored in an output of how it was made; empty when there is no such file, nothing in it, or not
/// all of it. A picture of the same fingerprint need not be made again.
std::string parameters_in(const std::filesystem::path& output);

}  // namespace styler::app
