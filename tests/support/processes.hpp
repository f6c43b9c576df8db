#pragma once

#include <ATen/ATen.h>

#include <barrier>
#include <exception>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "styler/train/processes/collective.hpp"

namespace support {

/// What threads that stand for processes sum in.
struct MeetingRoom {
  explicit MeetingRoom(int count) : turn(count), rows(static_cast<size_t>(count)) {}
  std::barrier<> turn;
  std::vector<at::Tensor> rows;
};

/// Sums in memory, in the order of ranks.
class CollectiveOfThreads : public styler::Collective {
 public:
  CollectiveOfThreads(int rank, MeetingRoom& room)
      : Collective(rank, static_cast<int>(room.rows.size())), room_(room) {}

  at::Tensor sum(const at::Tensor& row) override {
    room_.rows[static_cast<size_t>(rank())] = row;
    room_.turn.arrive_and_wait();
    at::Tensor total = room_.rows.front().clone();
    for (size_t i = 1; i < room_.rows.size(); ++i) total.add_(room_.rows[i]);
    room_.turn.arrive_and_wait();
    return total;
  }

 private:
  MeetingRoom& room_;
};

/// Does the same in so many threads, as processes do that train together, and throws what was thrown first by rank.
/// Catch2 counts for one thread alone: `work` keeps what it finds for a check behind it.
inline void in_threads(int count, const std::function<void(int rank)>& work) {
  std::vector<std::exception_ptr> thrown(static_cast<size_t>(count));
  {
    std::vector<std::jthread> threads;
    threads.reserve(thrown.size());
    for (int rank = 0; rank < count; ++rank) {
      threads.emplace_back([&, rank] {
        try {
          work(rank);
        } catch (...) {
          thrown[static_cast<size_t>(rank)] = std::current_exception();
        }
      });
    }
  }
  for (const std::exception_ptr& each : thrown) {
    if (each) std::rethrow_exception(each);
  }
}

inline void in_processes(int count, const std::function<void(styler::Collective& others)>& work) {
  MeetingRoom room(count);
  in_threads(count, [&](int rank) {
    CollectiveOfThreads others(rank, room);
    try {
      work(others);
    } catch (...) {
      room.turn.arrive_and_drop();
      throw;
    }
  });
}

}  // namespace support
