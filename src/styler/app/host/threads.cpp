#include "styler/app/host/threads.hpp"

#include <pthread.h>

#include <algorithm>
#include <climits>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "styler/app/host/cores.hpp"
#include "styler/base/error.hpp"
#include "styler/core/compute/device.hpp"

namespace styler::app {
namespace {

/// Where threads wait until all that can be started have been.
struct Gate {
  std::mutex mutex;
  std::condition_variable opened;
  bool open = false;
};

void* wait_at(void* gate_of_all) {
  auto& gate = *static_cast<Gate*>(gate_of_all);
  std::unique_lock lock(gate.mutex);
  gate.opened.wait(lock, [&] { return gate.open; });
  return nullptr;
}

/// Threads that libraries keep beside the one that asks for `threads`: LibTorch's OpenMP and its pool for mobile
/// networks, which is there twice while it is being changed, and BLAS; and a reader's and a writer's of a batch.
int helpers_of(int threads) { return threads == 1 ? 0 : 4 * (threads - 1) + 2; }

/// The most threads with no more helpers than that.
int threads_with(int helpers) { return std::max(1, (helpers - 2) / 4 + 1); }

/// What OMP_NUM_THREADS asks for, which Slurm sets; else the machine's cores.
int threads_of_environment(spdlog::logger* log) {
  const char* const variable = std::getenv("OMP_NUM_THREADS");
  if (variable == nullptr || *variable == 0) return usable_physical_cores();
  if (const std::optional<int> threads = threads_asked_for(variable)) {
    if (log != nullptr) log->info("OMP_NUM_THREADS asks for {} threads", *threads);
    return *threads;
  }
  if (log != nullptr) {
    log->warn("OMP_NUM_THREADS is '{}' and passed over, since it must be a whole number from 1 to 4096", variable);
  }
  return usable_physical_cores();
}

}  // namespace

int startable_threads(int wanted) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return 0;
  // The least there may be, since hundreds of usual size could be too much for `ulimit -v`.
  static_cast<void>(pthread_attr_setstacksize(&attributes, std::max<size_t>(PTHREAD_STACK_MIN, size_t{64} << 10)));
  Gate gate;
  std::vector<pthread_t> started;
  pthread_t thread{};
  while (static_cast<int>(started.size()) < wanted && pthread_create(&thread, &attributes, wait_at, &gate) == 0) {
    started.push_back(thread);
  }
  {
    const std::lock_guard lock(gate.mutex);
    gate.open = true;
  }
  gate.opened.notify_all();
  for (const pthread_t each : started) pthread_join(each, nullptr);
  pthread_attr_destroy(&attributes);
  return static_cast<int>(started.size());
}

int use_threads(int asked, spdlog::logger* log) {
  const int wanted = asked > 0 ? asked : threads_of_environment(log);
  const int startable = startable_threads(helpers_of(wanted));
  int threads = wanted;
  if (startable < helpers_of(wanted)) {
    threads = threads_with(startable);
    const std::string limit = "the system lets this process start only " + std::to_string(startable) +
                              " more (ulimit -u, or a container's limit of processes)";
    if (asked > 0) {
      throw Error(ErrorCode::Device, "--threads is " + std::to_string(asked) + ", for which up to " +
                                         std::to_string(helpers_of(wanted)) + " threads are started, but " + limit +
                                         "; use --threads " + std::to_string(threads) + ", or raise the limit");
    }
    if (log != nullptr) {
      log->warn("computing with {} of {} threads, since {}", threads, wanted, limit);
    }
  }
  set_threads(threads);
  return threads;
}

}  // namespace styler::app
