#pragma once

#include <functional>

#include "styler/app/cli/option_table.hpp"
#include "styler/options/film_options.hpp"

namespace styler::app {

/// How films are encoded.
/// \param is_idle  whether none is.
void describe(OptionTable& table, FilmWriteOptions& encoding, const std::function<bool()>& is_idle);

}  // namespace styler::app
