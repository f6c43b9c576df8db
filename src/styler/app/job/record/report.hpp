#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "styler/app/job/options/job_options.hpp"
#include "styler/app/job/record/record.hpp"

namespace styler::app {

/// The terms of a loss, the total first.
nlohmann::ordered_json loss_json(const LossBreakdown& loss);

/// Keys and units as in `--help` where there are such; losses are arrays with one entry per iteration.
nlohmann::ordered_json report_json(const JobOptions& options, const JobRecord& record);

/// The text of a report file. File names that are no UTF-8 get replacement characters.
std::string report_text(const JobOptions& options, const JobRecord& record);

}  // namespace styler::app
