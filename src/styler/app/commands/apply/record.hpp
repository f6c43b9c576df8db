#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "styler/app/commands/apply/options.hpp"
#include "styler/base/size.hpp"

namespace styler::app {

/// SHA-256 of the files that a picture is made from.
struct AppliedHashes {
  std::string content;
  std::vector<std::string> models;
  std::string regions{};  ///< Of the map; empty: there is none.
  /// Of each model what is painted of its styles; none, or an empty one: the first.
  std::vector<std::vector<double>> shares{};
};

/// Stands for everything that decides what a picture becomes, as fingerprint() of a job does.
std::string applied_fingerprint(const ApplyOptions& options, const AppliedHashes& hashes);

/// What is stored in a picture about how it was made, one JSON object. Nothing in it changes from one run to the next.
std::string applied_parameters(const ApplyOptions& options, const std::filesystem::path& content,
                               const AppliedHashes& hashes, Size size);

/// Whether parameters, as read_parameters() gives them, are of this command.
bool tells_of_apply(const nlohmann::ordered_json& parameters);

/// The command line that makes the picture again, as command_text() of the main job's.
std::string applied_command(const nlohmann::ordered_json& parameters, const std::filesystem::path& output);
size_t unknown_applied_options(const nlohmann::ordered_json& parameters);

}  // namespace styler::app
