#include "styler/app/commands/engine_loader.hpp"

#include <dlfcn.h>
#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <string>

#include "styler/base/error.hpp"

namespace styler::app {
namespace {

/// What the engine and its libraries take before there is anything to compute (Debian 12: 0.8 GB), and a little for
/// that.
constexpr size_t kLeastAddresses = 900'000'000;

/// Where a limit (ulimit -v) leaves too little, loading does not fail but worse: OpenBLAS tries again for ever, and
/// LibTorch throws where nobody can catch it.
void check_address_space() {
  void* const addresses =
      ::mmap(nullptr, kLeastAddresses, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (addresses == MAP_FAILED) {
    throw Error(ErrorCode::Memory,
                "styler's engine needs at least 0.9 GB of virtual memory, and this process may not have so much; raise "
                "the limit (ulimit -v)");
  }
  ::munmap(addresses, kLeastAddresses);
}

}  // namespace

int run_in_engine(const Request& request) {
  check_address_space();
  // OpenBLAS starts a thread for every core as it is loaded, and interrupts the program where it may not.
  // set_threads() tells it how many it gets.
  ::setenv("OPENBLAS_NUM_THREADS", "1", /*overwrite=*/1);
  // By its name alone: the program's run path leads to it, beside the program where it is built, in lib/styler where it
  // is installed. Global, as if the program were linked with LibTorch: libraries that it opens find each other so.
  // Never closed: what was thrown in it is caught outside, and LibTorch can't be unloaded.
  void* const engine = ::dlopen(STYLER_ENGINE, RTLD_LAZY | RTLD_GLOBAL);
  void* const entry = engine != nullptr ? ::dlsym(engine, "styler_run") : nullptr;
  if (entry == nullptr) {
    const char* const reason = ::dlerror();
    throw Error(ErrorCode::Installation, std::string("styler's engine can't be loaded: ") +
                                             (reason != nullptr ? reason : "unknown reason") +
                                             "; install styler anew, and LibTorch with it");
  }
  return reinterpret_cast<int (*)(const Request&)>(entry)(request);
}

}  // namespace styler::app
