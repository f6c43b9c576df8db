#include "weights/sha256.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include "styler/error.hpp"
#include "styler/sha256.hpp"

namespace styler {
namespace {

class Sha256 {
 public:
  Sha256() { STYLER_ASSERT(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1); }

  void add(const void* bytes, size_t count) { STYLER_ASSERT(EVP_DigestUpdate(context_.get(), bytes, count) == 1); }

  std::string hexadecimal() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    STYLER_ASSERT(EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1);
    const char* const digits = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
      text += digits[digest[i] >> 4];
      text += digits[digest[i] & 0xf];
    }
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

}  // namespace

std::string sha256_of(std::string_view bytes) {
  Sha256 sum;
  sum.add(bytes.data(), bytes.size());
  return sum.hexadecimal();
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
    if (count > 0) sum.add(buffer.data(), static_cast<size_t>(count));
  } while (count > 0 || (count < 0 && errno == EINTR));
  const int reason = errno;
  ::close(descriptor);
  if (count < 0) throw unreadable(reason);
  return sum.hexadecimal();
}

std::string tensors_sha256(const VggWeights& weights) {
  Sha256 sum;
  for (const auto& convolution : weights.convolutions) {
    for (const at::Tensor& tensor : {convolution.kernel.contiguous(), convolution.bias.contiguous()}) {
      sum.add(tensor.data_ptr(), tensor.nbytes());
    }
  }
  return sum.hexadecimal();
}

}  // namespace styler
