#pragma once

#include <array>
#include <csignal>

namespace styler::app {

/// Exit code of an interrupted program, as shells have it: 128 + SIGINT.
inline constexpr int kInterrupted = 130;

/// What is said on stderr in answer to the first signal.
enum class Stopping {
  Silently,
  SavesPicture,  ///< The main job: the best picture so far is saved.
  DropsPicture,  ///< A batch: the picture in work is dropped, those behind it stay.
};

/// While it lives, the first signal that asks for an end is remembered: SIGINT, SIGQUIT (Ctrl-\) and SIGTERM, which the
/// second time end the program at once; SIGHUP of a terminal that is closed; SIGXCPU, SIGALRM, SIGVTALRM, SIGPROF,
/// SIGUSR1 and SIGUSR2, by which batch systems tell that time is up; SIGPWR of a machine whose power goes. Whoever
/// wants a core file sends SIGABRT. One at a time; a signal that was ignored when the program started (nohup, a
/// script's background job) stays ignored.
class StopSignals {
 public:
  explicit StopSignals(Stopping stopping);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// Whether the first signal has come to the one that lives.
  static bool requested();

 private:
  static constexpr std::array kSignals{SIGINT,    SIGTERM, SIGQUIT, SIGHUP,  SIGXCPU, SIGALRM,
                                       SIGVTALRM, SIGPROF, SIGPWR,  SIGUSR1, SIGUSR2};

  std::array<struct sigaction, kSignals.size()> old_{};
};

}  // namespace styler::app
