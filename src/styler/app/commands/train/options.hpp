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

/// What a training that begins with a model steps on.
enum class Learning {
  Auto,  ///< New where the model has none of the paintings, else All.
  New,  ///< A row of numbers for each painting, which the model has then beside its own styles; these stay as they are.
  All,  ///< Everything: the model is of the paintings alone.
};

inline constexpr Names<Learning, 3> kLearnings{
    {{{Learning::Auto, "auto"}, {Learning::New, "new"}, {Learning::All, "all"}}}};

/// `styler train`
struct TrainingOptions {
  static constexpr CommandInfo kCommand{
      .name = "train",
      .usage =
          "styler train --content DIR --style FILE|DIR... -o MODEL.styler\n"
          "                    [--time 10m | --steps N] [options]\n"
          "       styler train --style FILE -o MODEL.styler [options]",
      .does = "Train a generator for a painting or several, which then paints any photo in a fraction of a second",
      .takes_config = true,
  };
  static constexpr double kDefaultSeconds = 900;
  /// Of textures: TrainOptions::diversity_weight.
  static constexpr double kDefaultDiversity = 0.3;

  std::vector<std::filesystem::path> content;   ///< Photos: folders with all below them, patterns, lists, pictures.
  std::vector<std::filesystem::path> styles;    ///< A style each: a painting, or what those of a folder have in common.
  std::vector<std::filesystem::path> held_out;  ///< Photos, as `content`; none: some of those are held out.
  std::filesystem::path output;

  TrainOptions training;
  /// Of the training, earlier parts of it included; 0: no limit.
  double seconds = 0;
  int64_t steps = 0;
  std::filesystem::path from;  ///< A model to begin with; empty: none.
  Learning learns = Learning::Auto;
  bool with_strength = false;  ///< For apply's strengths beside 1.

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

  /// Whether it makes a generator of textures, which learns from noise: without photos.
  bool is_texture() const { return content.empty(); }

  void describe(OptionTable& table);
  void settle(const OptionTable& table, const std::vector<std::string>& arguments);
  /// \throws Error{InvalidArgument}
  void validate() const;
};

using TrainCommands = CommandTypes<TrainingOptions>;

int run(const TrainingOptions& options);

}  // namespace styler::app
