#pragma once

#include <mutex>
#include <ostream>
#include <string>

namespace styler::app {

/// What a person sees on stderr: lines that stay, and on a terminal one status line that is rewritten in place.
/// Whoever writes to stderr during a run writes here, from any thread, so that lines and status never run into each
/// other.
class Console {
 public:
  /// \param out       must outlive the console.
  /// \param columns   width of the terminal; longer status lines are cut, since a wrapped line can't be rewritten.
  Console(std::ostream& out, bool terminal, size_t columns) : out_(out), terminal_(terminal), columns_(columns) {}
  /// Takes a status line off the screen, so that an error message after it starts on a clean line.
  ~Console() { clear_status(); }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  bool is_terminal() const { return terminal_; }
  /// Writes a line that stays, as is printable.
  void line(const std::string& text);
  /// Shows `text` in place of the last status, as is printable. Terminals only.
  void status(const std::string& text);
  void clear_status();

 private:
  void erase_status();

  std::mutex mutex_;
  std::ostream& out_;
  bool terminal_;
  size_t columns_;
  bool status_shown_ = false;
};

/// Writes a line to standard output: as it is for scripts, which look for a file of that name, and for a terminal what
/// is printable.
void print_line(const std::string& text);

/// True when stderr is a terminal that understands cursor movement.
bool stderr_is_terminal();
/// Its width; 80 when it doesn't tell.
size_t stderr_columns();

}  // namespace styler::app
