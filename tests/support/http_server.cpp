#include "support/http_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "support/catch.hpp"

namespace support {

HttpServer::HttpServer(std::string answer) : answer_(std::move(answer)), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  REQUIRE(::bind(socket_, generic, size) == 0);
  REQUIRE(::listen(socket_, 4) == 0);
  REQUIRE(::getsockname(socket_, generic, &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

HttpServer::~HttpServer() {
  ::shutdown(socket_, SHUT_RDWR);  // Ends the accept() that the thread waits in.
  thread_.join();
  ::close(socket_);
}

void HttpServer::serve() const {
  for (;;) {
    const int client = ::accept(socket_, nullptr, nullptr);
    if (client < 0) return;
    std::string request;
    std::array<char, 1024> buffer{};
    while (request.find("\r\n\r\n") == std::string::npos) {
      const ssize_t count = ::recv(client, buffer.data(), buffer.size(), 0);
      if (count <= 0) break;
      request.append(buffer.data(), static_cast<size_t>(count));
    }
    std::string_view rest = answer_;
    while (!rest.empty()) {
      const ssize_t count = ::send(client, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (count <= 0) break;
      rest.remove_prefix(static_cast<size_t>(count));
    }
    ::close(client);
  }
}

std::string http_head(const std::string& status, size_t length) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(length) + "\r\nConnection: close\r\n\r\n";
}

}  // namespace support
