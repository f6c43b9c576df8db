#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/job/options/job_options.hpp"
#include "styler/options/scales.hpp"

namespace styler::app {

/// A file and what the user called it.
struct NamedFile {
  std::string name;
  std::filesystem::path file;
};

/// Checks that none of the files that will be written is one of the others or another of them; empty ones are left out.
/// \throws Error{InvalidArgument} naming both.
void check_distinct(const std::vector<NamedFile>& written, const std::vector<NamedFile>& others);

/// Checks the files that a run will write: folders are there and writable, the picture's format is known, and none of
/// them is an input or another of them. Changes nothing on the disk.
/// \throws Error{InvalidArgument} for files that clash, Error{Output} for the rest.
void check_outputs(const JobOptions& options);

/// Checks that all pictures are large enough for the layers in use, at every scale, and the result no larger than its
/// file can hold, before the network is loaded.
/// \throws Error{Input}, Error{Output}
void check_sizes(const JobOptions& options, Size content, const std::vector<StyleExtent>& styles);

/// The size of the result for a content of this size.
Size finest_size(const JobOptions& options, Size content);

/// What to tell of a tileable texture whose edges can't be as `asked`; empty where they can.
std::string rounding_note(const JobOptions& options, Size asked);

}  // namespace styler::app
