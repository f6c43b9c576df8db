#include "app/engine.hpp"

#include <dlfcn.h>

#include "styler/error.hpp"

namespace styler::app {

int run_in_engine(const Request& request) {
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
