#include "styler/train/processes/meeting.hpp"

#include <ATen/ATen.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <vector>

#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/processes.hpp"
#include "support/workbench.hpp"

namespace styler {
namespace {

int free_port() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(listener);
  return ntohs(address.sin_port);
}

ProcessPlace place_of(int rank, int count, int port) {
  ProcessPlace place;
  place.rank = rank;
  place.count = count;
  place.address = "127.0.0.1";
  place.port = port;
  return place;
}

}  // namespace

// Each thread stands for a process: they share nothing but the port.
TEST_CASE("Processes that meet sum over the network, and one that ends is noticed at once", "[meeting][processor]") {
  if (!can_train_together(at::kCPU)) return;
  constexpr int kCount = 3;
  const int port = free_port();
  std::vector<at::Tensor> sums(kCount), rows(kCount);
  std::vector<std::string> messages(kCount);
  const auto before = std::chrono::steady_clock::now();
  support::in_threads(kCount, [&](int rank) {
    const auto place = static_cast<size_t>(rank);
    const auto others = meet_processes(place_of(rank, kCount, port), at::kCPU, [] { return false; });
    rows[place] = at::full({1000}, rank + 1.5);
    sums[place] = others->sum(rows[place]);
    if (rank == 2) return;  // and ends
    try {
      others->sum(rows[place]);
    } catch (const Error& error) {
      messages[place] = error.what();
    }
  });
  for (size_t rank = 0; rank < kCount; ++rank) {
    CHECK(at::equal(sums[rank], at::full({1000}, 7.5)));
    CHECK(at::equal(rows[rank], at::full({1000}, static_cast<double>(rank) + 1.5)));
    if (rank < 2) CHECK_THAT(messages[rank], support::contains("has ended or can't be reached"));
  }
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(30));
}

TEST_CASE("A process that is stopped while it waits for others waits no longer", "[meeting][processor]") {
  if (!can_train_together(at::kCPU)) return;
  CHECK(meet_processes(place_of(0, 2, free_port()), at::kCPU, [] { return true; }) == nullptr);
}

TEST_CASE("A port where another program listens is told of", "[meeting][processor]") {
  if (!can_train_together(at::kCPU)) return;
  const int listener = ::socket(AF_INET6, SOCK_STREAM, 0);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_any;
  socklen_t size = sizeof address;
  if (listener < 0 || ::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) != 0) return;
  REQUIRE(::listen(listener, 1) == 0);
  REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const int port = ntohs(address.sin6_port);
  const std::string message = support::message_of(
      ErrorCode::Device, [&] { meet_processes(place_of(0, 2, port), at::kCPU, [] { return false; }); });
  CHECK_THAT(message, support::contains("free port"));
  ::close(listener);
}

}  // namespace styler
