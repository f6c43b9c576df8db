#include "styler/app/job/observers/optional_file.hpp"

#include <exception>

#include "styler/base/failure.hpp"

namespace styler::app {

std::string OptionalFile::attempt(const std::function<void()>& write) {
  try {
    write();
    told_.clear();
  } catch (const std::exception&) {
    const std::string reason = unwritten_text(file_, std::current_exception());
    if (std::exchange(told_, reason) != reason) return reason;
  }
  return {};
}

}  // namespace styler::app
