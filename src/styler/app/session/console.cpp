#include "styler/app/session/console.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

#include "styler/base/text/printable.hpp"

namespace styler::app {

namespace {

/// The first `bytes` of UTF-8 text, without a part of a letter at the end.
std::string cut(const std::string& text, size_t bytes) {
  if (text.size() <= bytes) return text;
  const auto continues = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; };
  while (bytes > 0 && continues(text[bytes])) --bytes;
  return text.substr(0, bytes);
}

}  // namespace

void Console::line(const std::string& text) {
  const std::lock_guard lock(mutex_);
  out_.clear();  // a line that found no room, or no reader, is no reason to keep back the next
  erase_status();
  out_ << printable(text) << '\n' << std::flush;
}

void Console::status(const std::string& text) {
  if (!terminal_) return;
  const std::lock_guard lock(mutex_);
  // The last column stays free: some terminals wrap as soon as it is filled.
  out_ << "\r\x1b[K" << cut(printable(text), columns_ - 1) << std::flush;
  status_shown_ = true;
}

void Console::clear_status() {
  const std::lock_guard lock(mutex_);
  erase_status();
}

void Console::erase_status() {
  if (!status_shown_) return;
  out_ << "\r\x1b[K" << std::flush;
  status_shown_ = false;
}

void print_line(const std::string& text) {
  std::cout << (isatty(STDOUT_FILENO) == 1 ? printable(text) : text) << '\n' << std::flush;
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
