#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "styler/core/picture/picture.hpp"

namespace styler::app {

/// A picture that a source names; it may be missing.
struct SourcePicture {
  std::filesystem::path file;  ///< As it can be opened from the working folder.
  /// Without extension. Of a folder searched with all that is below it, the picture's folder in it stands before.
  std::string name;
  std::string extension;  ///< Without the dot, in the letters that the file has.
};

/// How a source is searched.
struct SourceSearch {
  std::string option;      ///< `--content` or `--style`, for messages.
  bool recursive = false;  ///< Folders with all that is below them.
  /// Where results go. It is left out where it lies below the folder searched.
  std::filesystem::path output_folder;
  std::string output_extension;  ///< Of results, without the dot.
  bool offers_recursive = true;  ///< Whether the user can ask for `recursive`.
  WarningSink warn{};            ///< Is told of photos in a folder that are left out.
};

/// The pictures of a folder, a shell pattern, a list or a single file, see FolderOptions::content; each once, sorted by
/// the bytes of their files. Hidden ones are left out of folders and patterns, cameras' raw files out of folders, with
/// one warning for all. Links to folders are not followed below the folder searched, as `find` does it: so there are no
/// loops, and a picture has one name. A pattern can lead through them. What is named by itself, on a list or as the
/// source, need not be there: its job will say so. \throws Error{Input} for a source that is missing, empty or can't be
/// searched, Error{InvalidArgument} where results
///         would be taken for pictures of the source the next time.
std::vector<SourcePicture> pictures_of_source(const std::string& source, const SourceSearch& search);

/// The same for several sources together. Their pictures are those of a pattern that the shell has looked up.
std::vector<SourcePicture> pictures_of_sources(const std::vector<std::filesystem::path>& sources,
                                               const SourceSearch& search);

/// The pictures of each line of a list, in its order, with tabs between them.
/// \param option  what names the list, for messages.
/// \param what    each line must be, for messages, such as `a content and a style with one tab between`.
/// \throws Error{Input} naming the list, and the line, for another number of pictures than `columns` or an empty name.
std::vector<std::vector<SourcePicture>> rows_of_list(const std::filesystem::path& list, const std::string& option,
                                                     size_t columns, const std::string& what);

/// Content and style of each line of a list, in its order.
/// \param option  what names the list, for messages.
/// \throws Error{Input} naming the list, and the line.
std::vector<std::pair<SourcePicture, SourcePicture>> pairs_of_list(const std::filesystem::path& list,
                                                                   const std::string& option);

/// A path without links, dots and trailing slashes, whether there is something or not: of equal ones, one overwrites
/// the other.
std::filesystem::path canonical_path(const std::filesystem::path& path);

}  // namespace styler::app
