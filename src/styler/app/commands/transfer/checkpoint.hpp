#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "styler/app/job/options/job_options.hpp"
#include "styler/app/job/record/record.hpp"
#include "styler/app/job/record/stored_parameters.hpp"
#include "styler/core/picture/picture.hpp"

namespace styler::app {

/// What makes a run the same as another, so that one can go on where the other was: inputs, options and precision. Also
/// what makes its bytes the same: device, threads and the network's kernels.
/// \param weights_sha256  of the file with the weights, since what that says of its origin may be wrong.
nlohmann::ordered_json run_identity(const JobOptions& options, const InputHashes& hashes, const MachineChoice& machine,
                                    const std::string& weights_sha256);

/// Writes a state file (see write_state_file()) with pictures, the optimiser's memory and losses as tensors and the
/// rest as JSON. \param scales  those of the run so far; of the last one only as many losses as the state has behind it
/// are kept. \throws Error{Output}; then the old file stays.
void write_checkpoint(const std::filesystem::path& file, const nlohmann::ordered_json& identity, const RunState& state,
                      const std::vector<ScaleRecord>& scales);

/// Reads a checkpoint of a run like `identity`, all of it: what becomes of the file later is of no account.
/// \param warn  is told when device, threads or kernels are others, so that the last bits may be.
/// \throws Error{Input} when the file is missing, damaged, no checkpoint, of another version or of other inputs, and
///         Error{InvalidArgument} when it is of other options; each names what is wrong.
Checkpoint read_checkpoint(const std::filesystem::path& file, const nlohmann::ordered_json& identity,
                           const WarningSink& warn);

}  // namespace styler::app
