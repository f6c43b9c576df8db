#pragma once

#include <filesystem>
#include <string>

#include "styler/base/file/atomic_file.hpp"
#include "styler/video/av/av.hpp"

namespace styler {

/// A container that is being written: into a temporary file, which becomes the file when all went well.
class FilmFileOutput {
 public:
  /// \param container  as libavformat calls it: `matroska`.
  /// \throws Error{Output}
  FilmFileOutput(const std::filesystem::path& file, const std::string& container);
  FilmFileOutput(const FilmFileOutput&) = delete;
  FilmFileOutput& operator=(const FilmFileOutput&) = delete;
  ~FilmFileOutput();

  AVFormatContext& context() { return *context_; }
  /// \throws Error{Output}
  AVStream& new_stream();
  void begin(av::Dictionary& options);
  /// Takes the packet's contents; in its stream's time base.
  void write(AVPacket& packet);
  void finish();

 private:
  [[noreturn]] void fail(int code) const;

  std::filesystem::path file_;
  NewFile new_file_;
  AVFormatContext* context_ = nullptr;
};

}  // namespace styler
