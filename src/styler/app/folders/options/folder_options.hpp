#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/cli/option_table.hpp"

namespace styler::app {

/// Many pictures in, many out: where they come from, where they go and what they are called.
struct FolderOptions {
  /// Each a folder, a shell pattern (`'photos/*.jpg'`), a list (`.txt`: one picture per line, relative to the list's
  /// folder, with empty lines and lines that begin with # left out) or a single picture: several are what a shell makes
  /// of a pattern without quotes.
  std::vector<std::filesystem::path> content;
  bool recursive = false;  ///< Folders with all that is below them.
  std::filesystem::path output_folder;
  /// Of each output below the output folder. {content} is the picture's name without extension; with `recursive` it
  /// begins with the picture's folder below the one searched. {content_ext} is its extension without the dot, {ext} the
  /// extension asked for.
  std::string name = "{content}.{ext}";
  std::string extension = "png";
};

/// Where the photos come from.
void describe_content(OptionTable& table, FolderOptions& folder);
void describe_recursive(OptionTable& table, FolderOptions& folder);
/// \param words  those that are filled in, for the help.
void describe_names(OptionTable& table, FolderOptions& folder, const std::string& words);

/// Whether a name ends as those of pictures do that can be written: `out.png`.
bool names_picture(const std::filesystem::path& file);

}  // namespace styler::app
