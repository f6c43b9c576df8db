#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/cli/command.hpp"
#include "styler/app/folders/options/course_options.hpp"
#include "styler/app/folders/options/folder_options.hpp"
#include "styler/app/job/options/job_options.hpp"

namespace styler::app {

/// Where the pictures of a batch come from and go to.
struct JobSources : FolderOptions {
  JobSources() { name = "{content}_{style}.{ext}"; }

  std::vector<std::filesystem::path> style;  ///< As `content`. {style} and {style_ext} are its name and extension.
  /// Instead of both: a list of pairs, one per line, content and style separated by a tab, relative to the list's
  /// folder.
  std::filesystem::path pairs;

  /// Checks what the names say together; opens nothing.
  /// \throws Error{InvalidArgument}
  void validate() const;
};

void describe(OptionTable& table, JobSources& sources);

/// `styler batch`
struct BatchOptions : CourseOptions {
  static constexpr CommandInfo kCommand{
      .name = "batch",
      .usage = "styler batch --content DIR --style DIR -o DIR [options]",
      .does = "Paint many pictures: every photo with every painting",
      .takes_config = true,
  };

  JobOptions settings;  ///< Of every job; its content, style, output and report stay empty.
  JobSources sources;

  void describe(OptionTable& table);
  void settle(const OptionTable& table, const std::vector<std::string>& arguments);
  /// Checks every value and what they say together; needs no file and no device.
  /// \throws Error{InvalidArgument}
  void validate() const;
};

using BatchCommands = CommandTypes<BatchOptions>;

int run(const BatchOptions& options);

}  // namespace styler::app
