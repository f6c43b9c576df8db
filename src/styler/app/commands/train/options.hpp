#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "styler/app/cli/command.hpp"
#include "styler/app/cli/message_options.hpp"
#include "styler/app/host/options/machine_options.hpp"
#include "styler/app/job/options/job_options.hpp"
#include "styler/options/picture_file_options.hpp"
#include "styler/options/train/train_options.hpp"

namespace styler::app {

/// `styler train`
struct TrainingOptions {
  static constexpr CommandInfo kCommand{
      .name = "train",
      .usage =
          "styler train --content DIR --style FILE|DIR -o MODEL.styler\n"
          "                    [--time 10m | --steps N] [options]",
      .does = "Train a generator for a painting, which then paints any photo in a fraction of a second",
      .takes_config = true,
  };
  static constexpr double kDefaultSeconds = 900;

  std::vector<std::filesystem::path> content;   ///< Photos: folders with all below them, patterns, lists, pictures.
  std::vector<std::filesystem::path> styles;    ///< Paintings, or folders of them: together one style.
  std::vector<std::filesystem::path> held_out;  ///< Photos, as `content`; none: some of those are held out.
  std::filesystem::path output;

  TrainOptions training;
  /// Of the training, earlier parts of it included; 0: no limit.
  double seconds = 0;
  int64_t steps = 0;
  std::filesystem::path from;  ///< A model to begin with; empty: none.

  ReadOptions read;
  MachineOptions machine;
  MemoryOptions memory;

  bool dry_run = false;
  std::filesystem::path report;
  std::filesystem::path preview;     ///< A sheet of the photos held out; empty: none.
  std::filesystem::path log_folder;  ///< For TensorBoard; empty: none.
  std::filesystem::path checkpoint;
  CheckpointInterval checkpoint_every;
  std::filesystem::path resume;
  bool force = false;
  MessageOptions messages;

  void describe(OptionTable& table);
  void settle(const OptionTable& table, const std::vector<std::string>& arguments);
  /// \throws Error{InvalidArgument}
  void validate() const;
};

using TrainCommands = CommandTypes<TrainingOptions>;

int run(const TrainingOptions& options);

}  // namespace styler::app
