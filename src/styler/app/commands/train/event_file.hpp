#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "styler/base/file/protobuf.hpp"
#include "styler/base/size.hpp"

namespace styler::app {

/// A file of events that TensorBoard shows: records of a length, a body and checksums (TFRecord), whose bodies are
/// protocol buffers (tensorflow/core/util/event.proto and framework/summary.proto, of which this writes the fields for
/// numbers and pictures). What was written stays when the program is killed.
class EventFile {
 public:
  /// Creates `events.out.tfevents.…` in a folder, which is made where it is not there.
  /// \throws Error{Output}
  explicit EventFile(const std::filesystem::path& folder);

  /// A point of the curve `tag`. What can't be written is lost; good() tells.
  void number(const std::string& tag, int64_t step, double value);
  /// \param png  the picture's file.
  void picture(const std::string& tag, int64_t step, std::string_view png, Size size);

  bool good() const { return file_.good(); }

 private:
  void write(int64_t step, const ProtobufMessage& summary);

  std::ofstream file_;
};

/// CRC-32C (Castagnoli) of these bytes, as TFRecord's checksums have it before they are masked.
uint32_t crc32c(std::string_view bytes);

}  // namespace styler::app
