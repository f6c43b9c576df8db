#pragma once

#include <cmath>
#include <cstdint>
#include <string>

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"

namespace styler {

/// \throws Error{InvalidArgument} naming the field and the value, unless it is a finite number >= 0.
inline void check_not_negative(const std::string& field, double value) {
  if (std::isfinite(value) && value >= 0) return;
  throw Error(ErrorCode::InvalidArgument,
              field + " is " + number_text(value) + " but must be a number >= 0; use 0 to turn it off");
}

/// \throws Error{InvalidArgument} naming the field and the value, unless it is a finite number above 0.
inline void check_positive(const std::string& field, double value) {
  if (std::isfinite(value) && value > 0) return;
  throw Error(ErrorCode::InvalidArgument, field + " is " + number_text(value) + " but must be a number above 0");
}

/// \throws Error{InvalidArgument} naming the field and the value, unless low <= value <= high.
inline void check_between(const std::string& field, int64_t value, int64_t low, int64_t high) {
  if (value >= low && value <= high) return;
  throw Error(ErrorCode::InvalidArgument, field + " is " + std::to_string(value) + " but must lie between " +
                                              std::to_string(low) + " and " + std::to_string(high));
}

}  // namespace styler
