#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's

namespace styler {

/// SHA-256 of bytes that come piece by piece; about 1.5 GB/s where the processor has instructions for it, 0.4
/// elsewhere.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  /// Of all bytes so far. To be called once, and last.
  std::array<unsigned char, 32> digest();
  /// The same as 64 hexadecimal digits.
  std::string hex_digest();

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

/// SHA-256 as 64 hexadecimal digits.
std::string sha256_of(std::string_view bytes);

/// The same of a whole file, read in small pieces.
/// \throws Error{Weights} when it can't be read, or is no regular file.
std::string file_sha256(const std::filesystem::path& file);

}  // namespace styler
