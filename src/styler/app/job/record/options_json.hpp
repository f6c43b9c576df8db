#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "styler/app/job/options/job_options.hpp"

namespace styler::app {

/// The values of a table's options that have one of the facts and none of those in `without`, by their keys and in the
/// table's order.
nlohmann::ordered_json values_json(const OptionTable& table, OptionFacts facts,
                                   OptionFacts without = OptionFacts::None);
/// What stands for them in fingerprints and checkpoints.
nlohmann::ordered_json identities_json(const OptionTable& table, OptionFacts facts,
                                       OptionFacts without = OptionFacts::None);

/// The values of a job's options that have one of these facts, in the order in which they are described. A texture's
/// lack those of a photo.
std::vector<NamedValue> option_values(const JobOptions& options, OptionFacts facts);

/// The options that decide what the picture becomes, by their names on the command line without the dashes. Where it
/// is read from, written to, what computes it and what is told on the way are no part of it.
nlohmann::ordered_json picture_options_json(const JobOptions& options);

/// The same for a fingerprint: a picture to start from is called `picture`, since its bytes count and not its name.
nlohmann::ordered_json picture_identity_json(const JobOptions& options);

/// The options that a picture tells of itself: those, the pictures that it is made from, and what the command may fail
/// without.
nlohmann::ordered_json shown_options_json(const JobOptions& options);

/// Those that decide the course of the optimisation: what a run must have in common with the one that it goes
/// on from. A picture to start from is called `picture`.
nlohmann::ordered_json course_options_json(const JobOptions& options);

/// Every option.
nlohmann::ordered_json options_json(const JobOptions& options);

/// One text as such, several as an array.
nlohmann::ordered_json texts_json(const std::vector<std::string>& texts);

/// A value of these objects as the command line takes it; anything else as JSON.
std::string option_text(const nlohmann::ordered_json& value);

/// `object` as JSON, with replacement characters for what is no UTF-8, and nothing that a terminal would obey.
/// \param indent  of each level; -1: all on one line.
std::string json_text(const nlohmann::ordered_json& object, int indent);
/// The same on one line.
std::string line_text(const nlohmann::ordered_json& object);

}  // namespace styler::app
