#pragma once

#include <exception>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "styler/core/picture/picture.hpp"
#include "styler/options/picture_file_options.hpp"

namespace styler::app {

/// The bytes of a picture's file, and what they are.
struct LoadedFile {
  std::string bytes;
  std::string sha256;
};

/// \throws Error{Input}
LoadedFile load_file(const std::filesystem::path& file);

/// Picture files that several jobs need: each is read and decoded once, when the first of them asks. What a file's name
/// leads to is taken to stay the same. For one thread at a time.
class PictureCache {
 public:
  /// The SHA-256 of the file, which is read if it is not here.
  /// \throws Error{Input}
  const std::string& sha256(const std::filesystem::path& file);

  /// The picture of the file, with what decoding it warned of. A file that can't be decoded is not tried again.
  /// \param options  the same at every call, but for the memory that there is.
  /// \throws Error{Input}, Error{Memory}
  const Picture& picture(const std::filesystem::path& file, const ReadOptions& options, const WarningSink& warn);

  /// The file itself, for a job that is alone in needing it; what was here of it is here no more.
  /// \throws Error{Input}
  LoadedFile take(const std::filesystem::path& file);

  /// Forgets all other files.
  void keep(const std::vector<std::filesystem::path>& files);

 private:
  struct Entry {
    LoadedFile loaded;  ///< Without its bytes, once they are decoded.
    std::optional<Picture> picture;
    std::vector<std::string> warnings;  ///< From decoding.
    std::exception_ptr failure;         ///< Of decoding, which would fail again.
  };

  Entry& entry(const std::filesystem::path& file);

  std::map<std::filesystem::path, Entry> entries_;
};

}  // namespace styler::app
