#include "styler/image/codec/opencv/silent_opencv.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <iostream>
#include <string>
#include <thread>

#include "support/catch.hpp"

namespace styler {
namespace {

/// What is written to the process' standard error while it lives.
class StandardError {
 public:
  StandardError() : file_(std::tmpfile()), saved_(::dup(STDERR_FILENO)) {
    REQUIRE(file_ != nullptr);
    REQUIRE(::dup2(::fileno(file_), STDERR_FILENO) >= 0);
  }
  ~StandardError() {
    restore();
    std::fclose(file_);
  }
  StandardError(const StandardError&) = delete;
  StandardError& operator=(const StandardError&) = delete;

  /// How many of its lines are this one. The end of listening.
  int count(const std::string& wanted) {
    restore();
    std::rewind(file_);
    int found = 0;
    std::array<char, 64> line{};
    while (std::fgets(line.data(), line.size(), file_) != nullptr) found += wanted == line.data() ? 1 : 0;
    return found;
  }

 private:
  void restore() {
    if (saved_ < 0) return;
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    saved_ = -1;
  }

  std::FILE* file_;
  int saved_;
};

}  // namespace

TEST_CASE("a thread that is silent loses no message of another", "[silent_opencv]") {
  constexpr int kMessages = 2000;
  StandardError heard;
  std::atomic<bool> done = false;
  std::thread other([&] {
    for (int i = 0; i < kMessages; ++i) std::cerr << "from the other thread\n";
    done = true;
  });
  while (!done) {
    const SilentOpenCv silence;
    std::cerr << "from this one\n";
  }
  other.join();
  CHECK(heard.count("from the other thread\n") == kMessages);
  CHECK(heard.count("from this one\n") == 0);
}

TEST_CASE("what is said behind the silence is heard", "[silent_opencv]") {
  StandardError heard;
  {
    const SilentOpenCv silence;
    const SilentOpenCv within;
    std::cerr << "no\n";
  }
  std::cerr << "yes\n";
  CHECK(heard.count("yes\n") == 1);
  CHECK(heard.count("no\n") == 0);
}

}  // namespace styler
