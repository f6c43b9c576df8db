#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "styler/app/job/options/job_options.hpp"

namespace styler::app {

/// The options that decide what the picture becomes, by their names on the command line without the dashes. Where it
/// is read from, written to, what computes it and what is told on the way are no part of it.
nlohmann::ordered_json picture_options_json(const JobOptions& options);

/// Those of them that decide the course of the optimisation: what a run must have in common with the one that it goes
/// on from. A picture to start from is called `picture`.
nlohmann::ordered_json course_options_json(const JobOptions& options);

/// Every option.
nlohmann::ordered_json options_json(const JobOptions& options);

/// One name as a text, several as an array.
nlohmann::ordered_json file_names_json(const std::vector<std::filesystem::path>& files);

/// The same of other texts.
nlohmann::ordered_json texts_json(const std::vector<std::string>& texts);

/// A value of these objects as the command line takes it; anything else as JSON.
std::string option_text(const nlohmann::ordered_json& value);

/// `object` on one line, with replacement characters for what is no UTF-8.
std::string line_text(const nlohmann::ordered_json& object);

}  // namespace styler::app
