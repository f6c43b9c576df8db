#pragma once

#include <string>
#include <vector>

#include "styler/app/cli/command.hpp"
#include "styler/app/job/options/job_options.hpp"

namespace styler::app {

/// `styler --content FILE --style FILE -o FILE`: one picture, or a texture.
struct TransferOptions {
  static constexpr CommandInfo kCommand{
      .name = "",
      .usage =
          "styler --content FILE --style FILE -o FILE [options]\n"
          "       styler --style FILE -o FILE [--tileable] [options]\n"
          "       styler COMMAND [options]",
      .does = "Paint a photo in the style of a painting, or a texture in that style",
      .takes_config = true,
  };

  JobOptions job;

  void describe(OptionTable& table) { app::describe(table, job, JobScope::Picture); }
  void settle(const OptionTable& table, const std::vector<std::string>& /*arguments*/) { job.settle(table); }
  /// \throws Error{InvalidArgument}
  void validate() const { job.validate(); }
};
using TransferCommands = CommandTypes<TransferOptions>;

/// \returns the exit code: 0, or 130 when a signal stopped it. The picture's name goes to stdout, all else to stderr.
/// \throws Error and whatever LibTorch throws
int run(const TransferOptions& options);

}  // namespace styler::app
