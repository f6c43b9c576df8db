#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/commands/batch/options.hpp"
#include "styler/core/picture/picture.hpp"

namespace styler::app {

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
/// \param warn  is told of photos in folders that are left out.
std::vector<BatchJob> list_jobs(const JobSources& sources, const WarningSink& warn = {});

/// In their order.
std::vector<std::filesystem::path> outputs_of(const std::vector<BatchJob>& jobs);

/// The jobs of one machine, see Shard::holds().
std::vector<BatchJob> jobs_of_shard(const std::vector<BatchJob>& jobs, Shard shard);

}  // namespace styler::app
