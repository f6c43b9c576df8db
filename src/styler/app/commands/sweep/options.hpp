#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "styler/app/cli/command.hpp"
#include "styler/app/job/options/job_options.hpp"

namespace styler::app {

/// An option and the values that it takes in turn.
struct Variation {
  std::string option;  ///< Without dashes.
  std::vector<std::string> values;
};

/// `style-weight=10,100`, or with semicolons where values hold commas themselves:
/// `style-layers=relu1_1,relu2_1;relu3_1`.
/// \throws Error{InvalidArgument}
Variation parse_variation(std::string_view text);

/// `styler sweep`: small pictures side by side, made with different values of one or two options.
struct SweepOptions {
  static constexpr CommandInfo kCommand{
      .name = "sweep",
      .usage =
          "styler sweep --content FILE --style FILE -o SHEET\n"
          "                    --vary OPTION=X,Y,... [options]",
      .does = "Paint small pictures with different values of one or two options, side by side on one sheet",
      .takes_config = true,
  };

  /// Pictures on a sheet are for choosing; they need not be large.
  static constexpr int64_t kDefaultSize = 256;
  static constexpr size_t kMostPictures = 100;

  SweepOptions() { settings.stylize.schedule.size = kDefaultSize; }

  JobOptions settings;                ///< Of all pictures; the output is the sheet.
  std::vector<Variation> variations;  ///< The first goes along a row, the second from row to row.
  bool score = false;                 ///< Whether content and style distance stand below each picture.
  std::vector<JobOptions> pictures;   ///< Row by row: the settings with their own values.

  void describe(OptionTable& table);
  /// Reads `arguments` anew for each picture, with its own values among them.
  /// \throws Error{InvalidArgument} for a variation of what is no option, can't vary, or is also given by itself.
  void settle(const OptionTable& table, const std::vector<std::string>& arguments);
  /// \throws Error{InvalidArgument}
  void validate() const;
};

using SweepCommands = CommandTypes<SweepOptions>;

int run(const SweepOptions& options);

}  // namespace styler::app
