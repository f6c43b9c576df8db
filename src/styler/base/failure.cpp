#include "styler/base/failure.hpp"

#include <filesystem>
#include <string_view>
#include <system_error>

#include "styler/base/error.hpp"
#include "styler/base/out_of_memory.hpp"

namespace styler {
namespace {

Failure bug(std::string_view message) {
  const std::string line(message.substr(0, message.find('\n')));
  const bool readable = !line.empty() && line.find("::") == std::string::npos && line.size() < 300;
  return {
      "this should not have happened and is a bug of ours; please report it with the command you gave and what "
      "--log-file FILE -vv writes" +
          (readable ? " (" + line + ")" : ""),
      kBug};
}

}  // namespace

Failure failure_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    return {error.what(), error.code() == ErrorCode::InvalidArgument ? kUsageError : kUserError};
  } catch (const std::filesystem::filesystem_error& error) {  // a folder that went away, or a name that is too long
    return {
        "'" + error.path1().string() + "' can't be used: " + error.code().message() + "; give another file or folder",
        kUserError};
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::resource_unavailable_try_again) return bug(error.what());
    return {
        "the system lets this process start no more threads; raise the limit (ulimit -u, or a container's limit of "
        "processes)",
        kUserError};
  } catch (const std::exception& error) {  // LibTorch's too, whose own type this half of the program does not know
    if (!is_out_of_memory(error)) return bug(error.what());
    return {"memory ran out; use a smaller --size or --precision bf16, or say with --memory-limit how much there is",
            kUserError};
  } catch (...) {
    return bug({});
  }
}

std::string unwritten_text(const std::filesystem::path& file, const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    return error.what();
  } catch (...) {
    return file.string() + " cannot be written: " + failure_of(thrown).sentence;
  }
}

}  // namespace styler
