#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace styler {

/// What JSON text out of a file may be at most. A picture's parameters and a checkpoint's state nest five deep, have a
/// hundred members in an object and take less than 100 kB.
inline constexpr size_t kMaxJsonBytes = size_t{8} << 20;
/// Values are copied, compared and written by functions that call themselves, so depth costs stack.
inline constexpr int kMaxJsonDepth = 32;
/// Objects that keep the order of their members look a name up by going through all of them.
inline constexpr size_t kMaxJsonMembers = 4096;

/// Parses JSON text that anybody may have written. Whatever it is, neither stack nor time run out.
/// \returns a value that is_discarded() for what is no JSON, or goes beyond the bounds above.
nlohmann::ordered_json bounded_json(std::string_view text);

/// The whole number that an object holds under this name. Whatever is there, a list or 1e308, nothing but that number
/// is returned. \throws std::out_of_range when there is none from `least` to `most`.
int64_t whole_number(const nlohmann::ordered_json& object, const char* name, int64_t least, int64_t most);

/// Likewise a finite number of at least `least`.
double finite_number(const nlohmann::ordered_json& object, const char* name, double least);

}  // namespace styler
