#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/folders/options/folder_options.hpp"
#include "styler/app/folders/output_name.hpp"
#include "styler/app/folders/picture_sources.hpp"

namespace styler::app {

/// Pictures that one picture is made from: a content alone, or a content and a style.
using PictureSet = std::vector<SourcePicture>;

/// One picture to make.
struct FolderJob {
  PictureSet inputs;
  std::filesystem::path output;
  std::string
      name;  ///< The inputs' names, with × between: the same on every machine, wherever the folders are mounted.
};

/// A job for each set, in an order that keeps sets with the same last picture together, the rest by name; a set that
/// stands there twice is one. Nothing is created, no picture is opened: one that is missing makes a job, which fails.
/// \param words  what calls the pictures of a set in --name, in their order: `content`, `style`.
/// \throws Error{InvalidArgument} for an unknown word in braces, a name that leads out of the output folder, an
///         extension that can't be written, two jobs with one output (both are named, with the remedy), and an output
///         that is an input.
std::vector<FolderJob> folder_jobs(std::vector<PictureSet> sets, const std::vector<std::string>& words,
                                   const FolderOptions& options);

/// A job for each picture of `options.content`.
/// \param option  what the user calls that: `--content`.
/// \throws as folder_jobs() and pictures_of_sources(), and Error{InvalidArgument} for a name without {content} where
///         there are several.
std::vector<FolderJob> jobs_of_each_picture(const FolderOptions& options, const std::string& option);

/// Several pictures need their word in the outputs' names.
/// \throws Error{InvalidArgument} where `name` gives `pictures` of them, called `word`, one name.
void check_tells_apart(const OutputName& name, const std::string& word, size_t pictures);

/// The folders that these files lie in, each once.
std::vector<std::filesystem::path> folders_of(const std::vector<std::filesystem::path>& files);

}  // namespace styler::app
