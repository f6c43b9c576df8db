#pragma once

#include <exception>
#include <filesystem>
#include <string>

namespace styler {

/// What the program says and how it exits when something was thrown.
struct Failure {
  std::string sentence;
  int exit_code;
};

inline constexpr int kUserError = 1;
inline constexpr int kUsageError = 2;
inline constexpr int kBug = 70;

/// 2 for Error{InvalidArgument}, 1 for every other Error and for memory that ran out, 70 for the rest, which can only
/// be a bug of ours. The sentence never holds a C++ type name or a stack trace.
Failure failure_of(const std::exception_ptr& thrown);

/// Why `file` could not be written, for a run that goes on without it: an Error's own sentence, which names the file,
/// or the file and what failure_of() says.
std::string unwritten_text(const std::filesystem::path& file, const std::exception_ptr& thrown);

}  // namespace styler
