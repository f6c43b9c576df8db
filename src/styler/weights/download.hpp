#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "styler/weights/weights_store.hpp"

namespace styler {

/// A file beside others that is removed with its scope; one whose process was killed, by remove_abandoned_files().
class ScratchFile {
 public:
  /// \throws Error{Output} when `folder` takes no file.
  explicit ScratchFile(const std::filesystem::path& folder);
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile();

  const std::filesystem::path& path() const { return path_; }
  /// Open for writing.
  int descriptor() const { return descriptor_; }

 private:
  std::filesystem::path path_;
  int descriptor_;
};

/// Whether a source names an address (`https://…`) rather than a file.
bool is_address(const std::string& source);

/// Fetches an http://, https:// or file:// address into `target`. Gives up when nothing has come for half a minute,
/// when more than `expected_bytes` come, or when `progress` returns false. \throws Error{Download} with the reason,
/// without advice; Error{Output} when the disk is full.
void download(const std::string& address, int64_t expected_bytes, const ScratchFile& target,
              const DownloadProgress& progress);

}  // namespace styler
