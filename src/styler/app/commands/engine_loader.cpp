#include "styler/app/commands/engine_loader.hpp"

#include <dlfcn.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <cstddef>
#include <cstdlib>
#include <string>
#include <vector>

#include "styler/base/error.hpp"

namespace styler::app {
namespace {

/// Addresses that the engine and its libraries take before there is anything to compute (Debian 12: 0.8 GB), and a
/// little for that.
constexpr size_t kLeastAddresses = 900'000'000;

/// Of that the part that is written to (Debian 12: 0.25 GB), which has a limit of its own.
constexpr size_t kLeastData = 300'000'000;

/// Of the main thread and, since threads are made like it, of all others. A quarter is enough for the smallest run.
constexpr rlim_t kLeastStack = 1 << 20;

bool can_have(size_t bytes, int protection) {
  void* const memory = ::mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return false;
  ::munmap(memory, bytes);
  return true;
}

[[noreturn]] void refuse(const std::string& what, const std::string& limit) {
  throw Error(ErrorCode::Memory, "styler's engine needs at least " + what +
                                     ", and this process may not have so much; raise the limit (" + limit + ")");
}

/// Where a limit leaves too little, loading does not fail but worse: OpenBLAS tries again for ever, LibTorch throws
/// where nobody can catch it, and a stack that ends is the end of the program.
void check_limits() {
  if (!can_have(kLeastAddresses, PROT_NONE)) refuse("0.9 GB of virtual memory", "ulimit -v");
  if (!can_have(kLeastData, PROT_READ | PROT_WRITE)) refuse("0.3 GB of memory to write to", "ulimit -d");
  rlimit stack{};
  if (::getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur < kLeastStack) refuse("1 MB of stack", "ulimit -s");
}

/// The signals that whoever started the program has it ignore, as nohup does.
std::vector<int> ignored_signals() {
  std::vector<int> result;
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction action{};
    if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) result.push_back(signal);
  }
  return result;
}

}  // namespace

int run_in_engine(const Request& request) {
  check_limits();
  // OpenBLAS starts a thread for every core as it is loaded, and interrupts the program where it may not.
  // set_threads() tells it how many it gets.
  ::setenv("OPENBLAS_NUM_THREADS", "1", /*overwrite=*/1);
  // Debian 13's LibTorch brings UCX, which tells of threads that can't be started on standard output: among a picture's
  // bytes, where `-o -` writes one.
  ::setenv("UCX_LOG_LEVEL", "fatal", /*overwrite=*/0);
  const std::vector<int> ignored = ignored_signals();
  // By its name alone: the program's run path leads to it, beside the program where it is built, in lib/styler where it
  // is installed. Global, as if the program were linked with LibTorch: libraries that it opens find each other so.
  // Never closed: what was thrown in it is caught outside, and LibTorch can't be unloaded.
  void* const engine = ::dlopen(STYLER_ENGINE, RTLD_LAZY | RTLD_GLOBAL);
  // Debian 13's LibTorch also brings something that answers SIGHUP by itself.
  for (const int signal : ignored) ::signal(signal, SIG_IGN);
  void* const entry = engine != nullptr ? ::dlsym(engine, "styler_run") : nullptr;
  if (entry == nullptr) {
    const char* const told = ::dlerror();
    const std::string reason = told != nullptr ? told : "unknown reason";
    // As the C library has it where the address space does not suffice: LibTorch's libraries for a GPU take gigabytes.
    if (reason.find("failed to map segment") != std::string::npos ||
        reason.find("annot allocate memory") != std::string::npos) {
      throw Error(ErrorCode::Memory,
                  "memory ran out when styler's engine was loaded: " + reason + "; raise the limit (ulimit -v)");
    }
    throw Error(ErrorCode::Installation,
                "styler's engine can't be loaded: " + reason + "; install styler anew, and LibTorch with it");
  }
  return reinterpret_cast<int (*)(const Request&)>(entry)(request);
}

}  // namespace styler::app
