#include "styler/base/process.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "support/catch.hpp"

using namespace styler;

TEST_CASE("a pipe's reader is gone once it is closed", "[process]") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  CHECK_FALSE(reader_is_gone(ends[1]));
  ::close(ends[0]);
  CHECK(reader_is_gone(ends[1]));
  ::close(ends[1]);
}

TEST_CASE("a full disk is there to be told of", "[process]") {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  if (full < 0) return;  // not every system has one
  CHECK_FALSE(reader_is_gone(full));
  ::close(full);
}
