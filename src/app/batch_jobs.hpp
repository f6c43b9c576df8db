#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

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

/// One picture to make.
struct BatchJob {
  std::filesystem::path content;
  std::filesystem::path style;
  std::filesystem::path output;
  std::string content_name;  ///< {content}, for people.
  std::string style_name;    ///< {style}
  std::string name;          ///< {content} × {style}: the same on every machine, wherever the folders are mounted.
};

/// All jobs, every content with every style, in an order that keeps jobs of one style together, the rest by name; a
/// picture or pair that is named twice is used once. Hidden files and folders are left out, and so is the output folder
/// when it lies in the content's. Links to folders are followed by patterns, and not when a folder is searched.
/// Nothing is created, no picture is opened: a picture that is named by itself, on a list or as the source, and is not
/// there makes a job, which fails.
/// \throws Error{Input} for a source that is missing, empty or unreadable and for a wrong line of a list,
///         Error{InvalidArgument} for a name without {content} or {style} where it takes them, an unknown word in
///         braces, a name that leads out of the output folder, an extension that can't be written, two jobs with one
///         output (both are named, with the remedy), an output that is an input, and an output folder in which the next
///         run would take results for inputs.
std::vector<BatchJob> list_jobs(const JobSources& sources);

/// The folders that the jobs' outputs lie in, each once.
std::vector<std::filesystem::path> output_folders(const std::vector<BatchJob>& jobs);

/// The jobs of one machine: which one it is depends on a job's name alone, so that n machines share a folder without
/// talking, and a picture that is added moves no other.
std::vector<BatchJob> jobs_of_shard(const std::vector<BatchJob>& jobs, Shard shard);

}  // namespace styler::app
