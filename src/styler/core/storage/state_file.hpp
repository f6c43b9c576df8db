#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>

#include "styler/core/storage/safetensors.hpp"

namespace styler {

/// One kind of files that hold how something stands, to go on from: what they say of themselves, and what messages say
/// of them.
struct StateFileKind {
  const char* format;   ///< `styler checkpoint`: stands in the file.
  const char* version;  ///< Stands in the file, too. Grows with every change of what such a file holds.
  const char* name;     ///< `checkpoint`, for messages.
  SafetensorsUse use;   ///< Codes and ways out of its errors.
  const char* if_other_version;
  const char* also_read = "";  ///< Another version that a reader of this one understands; empty: none.
};

/// What a state file holds, in memory of its own: what was compared with the checksum is what is used, whatever becomes
/// of the file.
class StateFile {
 public:
  /// Reads a file of this kind whole, and checks it against its checksum.
  /// \throws Error{kind.use.code} when it is missing, damaged, of another kind or of another version.
  StateFile(const std::filesystem::path& file, const StateFileKind& kind);

  /// What was written under this name. \throws Error{kind.use.code} when nothing was.
  const std::string& text(const std::string& name) const;
  at::Tensor tensor(const std::string& name) const;
  /// All of them, by name.
  const std::map<std::string, at::Tensor>& tensors() const { return tensors_; }
  const std::map<std::string, std::string>& texts() const { return texts_; }

  /// For whoever finds something else in it than it should hold, though every byte is as it was written.
  /// \throws Error{kind.use.code} always: checkpoint 'run.ckpt' `what`; and the way out.
  [[noreturn]] void reject(const std::string& what) const;

 private:
  [[noreturn]] void reject_version(const std::map<std::string, std::string>& texts) const;

  std::filesystem::path file_;
  StateFileKind kind_;
  std::map<std::string, at::Tensor> tensors_;
  std::map<std::string, std::string> texts_;
};

/// Replaces `file` atomically; for a moment the disk holds both. The file is a `.safetensors` file: the tensors, in
/// their order; the texts in its metadata, with format, version and this program's version; and as its last 32 bytes
/// the SHA-256 of all before. Equal arguments give equal bytes. Takes no memory worth speaking of on the CPU, and as
/// much as the largest tensor for those on a GPU. Requires (STYLER_ASSERT) that no text has one of the names `format`,
/// `version` and `styler`. \throws Error{Output}; then the old file stays.
void write_state_file(const std::filesystem::path& file, const StateFileKind& kind, const NamedTensors& tensors,
                      std::map<std::string, std::string> texts);

}  // namespace styler
