#pragma once

#include <string>

#include "styler/app/cli/option_table.hpp"
#include "styler/options/over_time.hpp"

namespace styler::app {

/// A finite number, or numbers at moments of a film.
/// \param field   gets the number, or the mean of them, where one has to stand for all.
/// \param course  gets what was given.
Option& describe_over_time(OptionTable& table, const std::string& names, double& field, OverTime& course,
                           const std::string& help);

}  // namespace styler::app
