#include "styler/app/session/stop_signals.hpp"

#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string_view>

#include "styler/app/session/console.hpp"

namespace styler::app {
namespace {

// Signal handlers may touch only lock-free atomics and async-signal-safe functions: poll, write and _exit, no streams.
std::atomic<int> signals_seen{0};
// What answers the first signal, after a line break; nothing if empty. Set while no handler is installed.
std::string_view announcement;
std::atomic<bool> below_status{false};  // a terminal shows a status line, which ends without a line break
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

/// Those that people send. The others come twice by themselves: SIGHUP from the shell and the system, SIGXCPU each
/// second, alarms as often as they were set.
bool is_meant(int signal) { return signal == SIGINT || signal == SIGQUIT || signal == SIGTERM; }

void on_signal(int signal) {
  const int saved_errno = errno;
  const bool again = signals_seen.fetch_add(1) > 0;
  if (again && is_meant(signal)) _exit(kInterrupted);
  if (!again && !announcement.empty()) {
    std::string_view text = announcement;
    if (!below_status) text.remove_prefix(1);
    // Nothing can be done here when stderr is gone. A pipe that is full, since nobody reads it, would hold up the end.
    pollfd room{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
    if (poll(&room, 1, 0) == 1 && (room.revents & POLLOUT) != 0) {
      [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
    }
  }
  errno = saved_errno;
}

void install(int signal, struct sigaction& old) {
  struct sigaction action{};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;  // reads and writes of pictures go on
  sigemptyset(&action.sa_mask);
  sigaction(signal, nullptr, &old);
  if (old.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
}

}  // namespace

StopSignals::StopSignals(Stopping stopping) {
  signals_seen = 0;
  switch (stopping) {
    case Stopping::Silently:
      announcement = {};
      break;
    case Stopping::SavesPicture:
      announcement = "\nstyler: stopping soon and saving the best picture so far; again to end at once\n";
      break;
    case Stopping::DropsPicture:
      announcement = "\nstyler: stopping soon; the picture in work is dropped; again to end at once\n";
  }
  below_status = stderr_is_terminal();
  for (size_t i = 0; i < kSignals.size(); ++i) install(kSignals[i], old_[i]);
}

StopSignals::~StopSignals() {
  for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &old_[i], nullptr);
  signals_seen = 0;
}

bool StopSignals::requested() { return signals_seen > 0; }

}  // namespace styler::app
