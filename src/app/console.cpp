#include "app/console.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace styler::app {

void Console::line(const std::string& text) {
  clear_status();
  out_ << text << '\n' << std::flush;
}

void Console::status(const std::string& text) {
  if (!terminal_) return;
  // The last column stays free: some terminals wrap as soon as it is filled.
  out_ << "\r\x1b[K" << text.substr(0, columns_ - 1) << std::flush;
  status_shown_ = true;
}

void Console::clear_status() {
  if (!status_shown_) return;
  out_ << "\r\x1b[K" << std::flush;
  status_shown_ = false;
}

bool stderr_is_terminal() {
  const char* kind = std::getenv("TERM");
  return isatty(STDERR_FILENO) == 1 && kind != nullptr && std::string_view(kind) != "dumb";
}

size_t stderr_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 80;
  return size.ws_col;
}

}  // namespace styler::app
