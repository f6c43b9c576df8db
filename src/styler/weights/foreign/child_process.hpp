#pragma once

#include <functional>
#include <optional>
#include <string>

namespace styler {

/// What `work` returns, worked out in a child process. For libraries that break down on damaged files: then only the
/// child is lost, and the result is empty. An Error that `work` throws is thrown here.
///
/// The child starts as a copy of this process with one thread, so `work` must not need others, LibTorch's among them.
/// \throws Error{Memory} when the system has no room for another process.
std::optional<std::string> run_in_child(const std::function<std::string()>& work);

}  // namespace styler
