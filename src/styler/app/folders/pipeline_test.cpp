#include "styler/app/folders/pipeline.hpp"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"

namespace styler::app {
namespace {

/// Counts to `count`, writes the squares, and does as `during` says at each step.
struct Squares {
  explicit Squares(int count) {
    stages = {.read = [this, count]() -> std::optional<int> {
                if (was_read == count) return std::nullopt;
                if (at_read) at_read(was_read);
                return was_read++;
              },
              .compute = [this](int number) -> std::optional<int> {
                ++computed;
                if (at_compute && !at_compute(number)) return std::nullopt;
                return number * number;
              },
              .write =
                  [this](int square) {
                    if (at_write) at_write(square);
                    written.push_back(square);
                  },
              .ended = [this] { return ends.load(); }};
  }

  std::function<void(int)> at_read;
  std::function<bool(int)> at_compute;
  std::function<void(int)> at_write;
  std::atomic<bool> ends = false;
  std::atomic<int> was_read = 0;
  std::atomic<int> computed = 0;
  std::vector<int> written;
  Stages<int, int> stages;
};

std::string failure_of(Squares& squares) {
  try {
    run_pipeline(squares.stages);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "none";
}

void pause() { std::this_thread::sleep_for(std::chrono::milliseconds(2)); }

}  // namespace

TEST_CASE("a pipeline writes every piece in the order in which they are read", "[pipeline]") {
  Squares squares(100);
  run_pipeline(squares.stages);
  REQUIRE(squares.written.size() == 100);
  for (int i = 0; i < 100; ++i) CHECK(squares.written[static_cast<size_t>(i)] == i * i);
  Squares none(0);
  run_pipeline(none.stages);
  CHECK(none.written.empty());
}

TEST_CASE("each stage of a pipeline runs in a thread of its own, and computing in the caller's", "[pipeline]") {
  Squares squares(3);
  std::thread::id reader, computer, writer;
  squares.at_read = [&](int) { reader = std::this_thread::get_id(); };
  squares.at_compute = [&](int) {
    computer = std::this_thread::get_id();
    return true;
  };
  squares.at_write = [&](int) { writer = std::this_thread::get_id(); };
  run_pipeline(squares.stages);
  CHECK(computer == std::this_thread::get_id());
  CHECK(reader != computer);
  CHECK(writer != computer);
  CHECK(reader != writer);
}

TEST_CASE("a pipeline's reader is two pieces ahead at most, so that few are in memory", "[pipeline]") {
  Squares squares(50);
  int most = 0;
  squares.at_compute = [&](int) {
    pause();
    most = std::max(most, squares.was_read - squares.computed);
    return true;
  };
  run_pipeline(squares.stages);
  CHECK(most <= 2);  // one in the queue, one being counted while that was taken out
}

TEST_CASE("whichever stage of a pipeline fails, all end and its failure is told", "[pipeline]") {
  Squares squares(1000);
  const auto fail = [](const char* stage) { throw std::runtime_error(stage); };
  SECTION("the reader, after whom what was read is finished") {
    squares.at_read = [&](int number) {
      if (number == 5) fail("reader");
    };
    CHECK(failure_of(squares) == "reader");
    CHECK(squares.written.size() == 5);
  }
  SECTION("the one that computes") {
    squares.at_compute = [&](int number) {
      if (number == 5) fail("computer");
      return true;
    };
    CHECK(failure_of(squares) == "computer");
    CHECK(squares.written.size() == 5);
  }
  SECTION("the writer") {
    squares.at_write = [&](int square) {
      if (square == 25) fail("writer");
    };
    CHECK(failure_of(squares) == "writer");
    CHECK(squares.computed < 10);
  }
  CHECK(squares.was_read < 10);
}

TEST_CASE("a pipeline that is to end writes what is computed, and computes no more", "[pipeline]") {
  Squares squares(1000);
  SECTION("because it is told to") {
    squares.at_compute = [&](int number) {
      squares.ends = number == 5;
      return true;
    };
    run_pipeline(squares.stages);
    CHECK(squares.written.size() == 6);
  }
  SECTION("because a piece was dropped") {
    squares.at_compute = [](int number) { return number < 5; };
    run_pipeline(squares.stages);
    CHECK(squares.written.size() == 5);
  }
  CHECK(squares.computed == 6);
}

}  // namespace styler::app
