#pragma once

#include <filesystem>

#include "styler/app/cli/option_table.hpp"
#include "styler/app/folders/options/shard.hpp"

namespace styler::app {

/// How a command goes about many pictures.
struct CourseOptions {
  bool skip_existing = true;  ///< Leave alone what an earlier run made of the same inputs and options.
  bool force = false;         ///< Do everything again.
  bool fail_fast = false;     ///< End at the first picture that fails.
  Shard shard;
  std::filesystem::path report;   ///< One JSON object per picture and line; lines are added. Empty: none.
  std::filesystem::path gallery;  ///< HTML page with all pictures. Empty: none.

  /// \throws Error{InvalidArgument} where --skip-existing is given beside --force.
  void settle_course(const OptionTable& table) const;
  /// \param tells_finished  whether pictures will say of themselves how they were made.
  /// \throws Error{InvalidArgument}
  void validate_course(bool tells_finished) const;
};

/// Under the heading at hand.
void describe_course(OptionTable& table, CourseOptions& course);

}  // namespace styler::app
