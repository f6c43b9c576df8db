#include "styler/weights/foreign/child_process.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <string_view>

#include "styler/base/error.hpp"

namespace styler {
namespace {

/// The first byte of what the child sends; a child that died sends nothing, or only a part.
constexpr char kResult = 'R';
constexpr char kError = 'E';
/// The last byte, by which a whole answer is known.
constexpr char kWhole = '.';
/// A damaged file can also send a library round in circles.
constexpr rlim_t kMaxCpuSeconds = 60;

void send(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) ::_exit(1);
    bytes.remove_prefix(static_cast<size_t>(count));
  }
}

/// The child dies silently: no message, no core file, none of the parent's handlers.
void prepare_to_die() {
  for (const int signal :
       {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU}) {
    std::signal(signal, SIG_DFL);
  }
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const rlimit little_time{kMaxCpuSeconds, kMaxCpuSeconds};
  ::setrlimit(RLIMIT_CPU, &little_time);
  const int nowhere = ::open("/dev/null", O_WRONLY);
  if (nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
}

[[noreturn]] void work_in_child(const std::function<std::string()>& work, int descriptor) {
  prepare_to_die();
  try {
    const std::string result = work();
    send(descriptor, {&kResult, 1});
    send(descriptor, result);
  } catch (const Error& error) {
    send(descriptor, {&kError, 1});
    send(descriptor, error.what());
  } catch (...) {
    ::_exit(1);
  }
  send(descriptor, {&kWhole, 1});
  ::_exit(0);  // Not exit(): what is registered for the end of the program is the parent's.
}

std::string receive(int descriptor) {
  std::string answer;
  std::array<char, 1 << 16> buffer{};
  for (;;) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return answer;
    answer.append(buffer.data(), static_cast<size_t>(count));
  }
}

}  // namespace

std::optional<std::string> run_in_child(const std::function<std::string()>& work) {
  std::array<int, 2> ends{};
  const bool piped = ::pipe2(ends.data(), O_CLOEXEC) == 0;
  const pid_t child = piped ? ::fork() : -1;
  if (child < 0) {
    if (piped) {
      ::close(ends[0]);
      ::close(ends[1]);
    }
    throw Error(ErrorCode::Memory, "the system has no room for another process, which reads the file; try again later");
  }
  if (child == 0) work_in_child(work, ends[1]);
  ::close(ends[1]);
  std::string answer = receive(ends[0]);
  ::close(ends[0]);
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (answer.size() < 2 || answer.back() != kWhole) return std::nullopt;
  const char kind = answer.front();
  answer = answer.substr(1, answer.size() - 2);
  if (kind == kError) throw Error(ErrorCode::Weights, answer);
  return answer;
}

}  // namespace styler
