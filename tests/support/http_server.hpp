#pragma once

#include <string>
#include <thread>

namespace support {

/// A server on 127.0.0.1 that gives every request the same bytes as its whole answer, head included, and hangs up.
class HttpServer {
 public:
  explicit HttpServer(std::string answer);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  std::string address(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }

 private:
  void serve() const;

  std::string answer_;
  int socket_ = -1;
  int port_ = 0;
  std::thread thread_;
};

/// The head of an answer that announces `length` bytes.
std::string http_head(const std::string& status, size_t length);

}  // namespace support
