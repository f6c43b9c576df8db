#include "styler/base/file/text_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace styler {
namespace {

TextFile unreadable() { return {{}, TextFile::Problem::Unreadable, std::generic_category().message(errno)}; }

TextFile text_of_descriptor(int descriptor, size_t most_bytes) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return unreadable();
  if (!S_ISREG(status.st_mode)) return {{}, TextFile::Problem::NoRegularFile, {}};
  TextFile result;
  std::array<char, 1 << 16> part{};
  while (result.text.size() <= most_bytes) {
    const ssize_t got = ::read(descriptor, part.data(), part.size());
    if (got < 0) return unreadable();
    if (got == 0) return result;
    result.text.append(part.data(), static_cast<size_t>(got));
  }
  return {{}, TextFile::Problem::TooLarge, {}};
}

}  // namespace

TextFile read_text_file(const std::filesystem::path& file, size_t most_bytes) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe's writer is not waited for
  if (descriptor < 0) return unreadable();
  TextFile result = text_of_descriptor(descriptor, most_bytes);
  ::close(descriptor);
  return result;
}

}  // namespace styler
