#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace styler::app {

/// Which part of a batch one machine does: part `index` of `count`, counted from 1.
struct Shard {
  int64_t index = 1;
  int64_t count = 1;
};

/// `2/8`. \throws Error{InvalidArgument} for anything else, and for an index that is not between 1 and the count.
Shard parse_shard(const std::string& text);

/// Where the pictures of a batch come from and go to.
struct JobSources {
  /// Each a folder, a shell pattern (`'photos/*.jpg'`), a list (`.txt`: one picture per line, relative to the list's
  /// folder, with empty lines and lines that begin with # left out) or a single picture.
  std::string content;
  std::string style;
  /// Instead of both: a list of pairs, one per line, content and style separated by a tab, relative to the list's
  /// folder.
  std::filesystem::path pairs;
  bool recursive = false;  ///< Folders with all that is below them.
  std::filesystem::path output_folder;
  /// Of each output below the output folder. {content} and {style} are the pictures' names without extension; with
  /// `recursive`, {content} begins with the picture's folder below the one searched. {content_ext} and {style_ext} are
  /// their extensions without the dot, {ext} the extension asked for.
  std::string name = "{content}_{style}.{ext}";
  std::string extension = "png";

  /// Checks what the names say together; opens nothing.
  /// \throws Error{InvalidArgument}
  void validate() const;
};

}  // namespace styler::app
