#include "styler/app/folders/bounded_queue.hpp"

#include <thread>
#include <vector>

#include "support/catch.hpp"

namespace styler::app {

TEST_CASE("pieces come out in the order in which they went in", "[bounded_queue]") {
  BoundedQueue<int> queue(2);
  std::thread producer([&] {
    for (int i = 0; i < 1000; ++i) queue.push(i);
    queue.close();
  });
  std::vector<int> taken;
  while (const auto piece = queue.pop()) taken.push_back(*piece);
  producer.join();
  REQUIRE(taken.size() == 1000);
  for (int i = 0; i < 1000; ++i) CHECK(taken[static_cast<size_t>(i)] == i);
}

TEST_CASE("what was in a closed queue can still be taken", "[bounded_queue]") {
  BoundedQueue<int> queue(2);
  CHECK(queue.push(1));
  queue.close();
  CHECK_FALSE(queue.push(2));
  CHECK_FALSE(queue.wait_for_room());
  CHECK(queue.pop() == 1);
  CHECK_FALSE(queue.pop().has_value());
}

TEST_CASE("closing frees those that wait", "[bounded_queue]") {
  BoundedQueue<int> full(1);
  REQUIRE(full.push(1));
  BoundedQueue<int> empty(1);
  bool pushed = true;
  bool had_room = true;
  bool popped = true;
  std::thread pusher([&] { pushed = full.push(2); });
  std::thread waiter([&] { had_room = full.wait_for_room(); });
  std::thread popper([&] { popped = empty.pop().has_value(); });
  full.close();
  empty.close();
  pusher.join();
  waiter.join();
  popper.join();
  CHECK_FALSE(pushed);
  CHECK_FALSE(had_room);
  CHECK_FALSE(popped);
}

}  // namespace styler::app
