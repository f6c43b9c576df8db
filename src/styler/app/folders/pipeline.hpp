#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

#include "styler/app/folders/bounded_queue.hpp"

namespace styler::app {

/// What becomes of one piece after another, such as a picture: it is read, something is computed from it, that is
/// written.
template <typename Read, typename Computed>
struct Stages {
  std::function<std::optional<Read>()> read;             ///< The next piece; nothing: there is no more.
  std::function<std::optional<Computed>(Read)> compute;  ///< Nothing: the work ends, and this piece is dropped.
  std::function<void(Computed)> write;
  /// Whether the work is to end before its time. What is computed by then is written still, no more is computed.
  std::function<bool()> ended;
};

/// Runs each stage in a thread of its own, a piece ahead of the next: `compute` in this one, for it has the processor's
/// cores; the other two should compute on one.
/// \throws what the stages throw, which ends them all, once all threads have ended; of several the reader's first.
template <typename Read, typename Computed>
void run_pipeline(const Stages<Read, Computed>& stages) {
  BoundedQueue<Read> to_compute{1};
  BoundedQueue<Computed> to_write{1};
  std::exception_ptr of_reading, of_writing, of_computing;
  // However a thread ends, those that wait for it must not wait for ever.
  const auto guarded = [](std::exception_ptr& failure, const auto& work, const auto& end) {
    try {
      work();
    } catch (...) {
      failure = std::current_exception();
    }
    end();
  };
  const auto end_all = [&] {
    to_compute.close();
    to_write.close();
  };
  const auto read_all = [&] {
    while (!stages.ended() && to_compute.wait_for_room()) {
      std::optional<Read> piece = stages.read();
      if (!piece || !to_compute.push(std::move(*piece))) break;
    }
  };
  const auto compute_all = [&] {
    while (std::optional<Read> piece = to_compute.pop()) {
      if (stages.ended()) break;
      std::optional<Computed> result = stages.compute(std::move(*piece));
      if (!result || !to_write.push(std::move(*result))) break;
    }
  };
  const auto write_all = [&] {
    while (std::optional<Computed> result = to_write.pop()) stages.write(std::move(*result));
  };
  {
    const std::jthread reader([&] { guarded(of_reading, read_all, [&] { to_compute.close(); }); });
    std::jthread writer;
    // Where no second thread may be started, the first must not wait for somebody to take what it has read.
    guarded(of_writing, [&] { writer = std::jthread([&] { guarded(of_writing, write_all, end_all); }); }, [] {});
    if (writer.joinable()) {
      guarded(of_computing, compute_all, end_all);
    } else {
      end_all();
    }
  }
  for (const std::exception_ptr& failure : {of_reading, of_writing, of_computing}) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace styler::app
