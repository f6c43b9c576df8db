#include "styler/base/file/sha256.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "styler/base/error.hpp"

namespace styler {
Sha256::Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
  STYLER_ASSERT(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

void Sha256::add(std::string_view bytes) {
  STYLER_ASSERT(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

std::array<unsigned char, 32> Sha256::digest() {
  std::array<unsigned char, 32> bytes{};
  unsigned size = 0;
  STYLER_ASSERT(EVP_DigestFinal_ex(context_.get(), bytes.data(), &size) == 1 && size == bytes.size());
  return bytes;
}

std::string Sha256::hex_digest() {
  const char* const digits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : digest()) {
    text += digits[byte >> 4];
    text += digits[byte & 0xf];
  }
  return text;
}

std::string sha256_of(std::string_view bytes) {
  Sha256 sum;
  sum.add(bytes);
  return sum.hex_digest();
}

std::string file_sha256(const std::filesystem::path& file) {
  const auto unreadable = [&](int reason) -> Error {
    return {ErrorCode::Weights,
            file.string() + " cannot be read: " + std::generic_category().message(reason) + "; check the path"};
  };
  std::error_code problem;
  const auto status = std::filesystem::status(file, problem);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw Error(ErrorCode::Weights, file.string() + " is not a regular file; give the path of a weights file");
  }
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) throw unreadable(errno);
  Sha256 sum;
  std::array<char, 1 << 16> buffer{};
  ssize_t count = 0;
  do {
    count = ::read(descriptor, buffer.data(), buffer.size());
    if (count > 0) sum.add({buffer.data(), static_cast<size_t>(count)});
  } while (count > 0 || (count < 0 && errno == EINTR));
  const int reason = errno;
  ::close(descriptor);
  if (count < 0) throw unreadable(reason);
  return sum.hex_digest();
}

}  // namespace styler
