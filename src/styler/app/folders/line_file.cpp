#include "styler/app/folders/line_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

/// Of every line, so of every report; a file that is another program's JSON begins otherwise.
constexpr std::string_view kBeginning = "{\"status\":";

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& why) {
  throw Error(ErrorCode::Output, "report " + quoted(file) + " " + why);
}

std::string system_reason() { return std::generic_category().message(errno); }

}  // namespace

LineFile::LineFile(const std::filesystem::path& file) : file_(file) {
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666);
  if (descriptor_ < 0) fail(file, "cannot be opened (" + system_reason() + "); name another file with --report");
  struct stat status{};
  std::array<char, kBeginning.size()> first{};
  char last = '\n';
  ssize_t read = 0;
  const bool known = ::fstat(descriptor_, &status) == 0;
  if (known && status.st_size > 0) {
    read = ::pread(descriptor_, first.data(), first.size(), 0);
    static_cast<void>(::pread(descriptor_, &last, 1, status.st_size - 1));
  }
  const std::string_view beginning(first.data(), read > 0 ? static_cast<size_t>(read) : 0);
  if (!known || !S_ISREG(status.st_mode) || !kBeginning.starts_with(beginning)) {
    ::close(descriptor_);
    fail(file, "is there already and is no report of a batch; name another file with --report");
  }
  cut_off_ = last != '\n';  // a machine that went down in mid-line
}

LineFile::~LineFile() { ::close(descriptor_); }

void LineFile::add(const std::string& line) {
  const std::string text = (cut_off_ ? "\n" : "") + line + "\n";
  ssize_t written = 0;
  do {
    written = ::write(descriptor_, text.data(), text.size());
  } while (written < 0 && errno == EINTR);
  if (written > 0) cut_off_ = written != static_cast<ssize_t>(text.size());
  if (written != static_cast<ssize_t>(text.size())) {
    fail(file_, "cannot be written (" + (written < 0 ? system_reason() : "no space left") +
                    "); make room or name another file with --report");
  }
}

}  // namespace styler::app
