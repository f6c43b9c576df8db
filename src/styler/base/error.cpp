#include "styler/base/error.hpp"

namespace styler {

void reject(const std::string& sentence) { throw Error(ErrorCode::InvalidArgument, sentence); }

}  // namespace styler

namespace styler::detail {

void assertion_failed(const char* condition, const char* file, int line) {
  throw Bug(std::string(file) + ":" + std::to_string(line) + ": assertion failed: " + condition);
}

}  // namespace styler::detail
