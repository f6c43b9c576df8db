#pragma once

#include <stdexcept>
#include <string>

namespace styler {

/// What kind of mistake of a user, or lack of the machine, an Error tells of.
enum class ErrorCode {
  InvalidArgument,  ///< An option out of range, misspelt or in conflict with another.
  Input,            ///< A picture or checkpoint that cannot be used: missing, broken, too small, of another run.
  Output,           ///< A result that cannot be written.
  Weights,          ///< Weights that are missing, broken or of another network.
  Device,           ///< A device or precision that this machine does not have.
  Memory,           ///< Not enough memory for what was asked.
  Download,         ///< A file that could not be fetched.
  Installation,     ///< A part of the program, or of what it needs, that is not where it should be.
};

/// Something that a user can cause and mend. `what()` is one sentence for that user: the field, its value, the
/// constraint and the remedy. It never holds a C++ type name or a stack trace.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

/// For a mistake in the command line, which is most of them.
/// \throws Error{InvalidArgument} with this sentence.
[[noreturn]] void reject(const std::string& sentence);

/// Something that only a mistake of ours can cause; see STYLER_ASSERT.
class Bug : public std::logic_error {
  using std::logic_error::logic_error;
};

namespace detail {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);
}  // namespace detail

}  // namespace styler

/// Checks what callers inside this code base guarantee. Throws Bug, in every build type: a wrong picture costs more
/// than the check.
#define STYLER_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::styler::detail::assertion_failed(#condition, __FILE__, __LINE__))
