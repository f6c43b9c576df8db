#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "styler/core/picture/picture.hpp"

namespace styler::app {

/// Checks that a run of the identity `here` can go on from a checkpoint that was written by one of the identity
/// `there`.
/// \param file  the checkpoint's, for the messages.
/// \param warn  is told when device, threads or kernels are others, so that the last bits may be.
/// \throws Error{Input} for another version or other inputs, Error{InvalidArgument} for other options, naming each.
void check_same_run(const nlohmann::ordered_json& here, const nlohmann::ordered_json& there,
                    const std::filesystem::path& file, const WarningSink& warn);

}  // namespace styler::app
