#include "styler/app/folders/line_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "styler/base/error.hpp"

namespace styler::app {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& why) {
  throw Error(ErrorCode::Output, "report '" + file.string() + "' " + why);
}

std::string system_reason() { return std::generic_category().message(errno); }

}  // namespace

LineFile::LineFile(const std::filesystem::path& file) : file_(file) {
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666);
  if (descriptor_ < 0) fail(file, "cannot be opened (" + system_reason() + "); name another file with --report");
  struct stat status{};
  char first = '{';
  char last = '\n';
  const bool known = ::fstat(descriptor_, &status) == 0;
  if (known && status.st_size > 0) {
    static_cast<void>(::pread(descriptor_, &first, 1, 0));
    static_cast<void>(::pread(descriptor_, &last, 1, status.st_size - 1));
  }
  if (!known || !S_ISREG(status.st_mode) || first != '{') {
    ::close(descriptor_);
    fail(file, "is there already and is no report of a batch; name another file with --report");
  }
  if (last != '\n') add("");  // a machine that went down in mid-line
}

LineFile::~LineFile() { ::close(descriptor_); }

void LineFile::add(const std::string& line) {
  const std::string text = line + "\n";
  ssize_t written = 0;
  do {
    written = ::write(descriptor_, text.data(), text.size());
  } while (written < 0 && errno == EINTR);
  if (written != static_cast<ssize_t>(text.size())) {
    fail(file_, "cannot be written (" + (written < 0 ? system_reason() : "no space left") +
                    "); make room or name another file with --report");
  }
}

}  // namespace styler::app
