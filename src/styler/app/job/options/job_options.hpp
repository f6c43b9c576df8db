#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "styler/app/cli/described.hpp"
#include "styler/app/cli/message_options.hpp"
#include "styler/app/cli/option_table.hpp"
#include "styler/app/host/options/machine_options.hpp"
#include "styler/app/job/options/file_options.hpp"
#include "styler/options/network/layer.hpp"
#include "styler/options/picture_file_options.hpp"
#include "styler/options/stylize_options.hpp"

namespace styler::app {

/// When the next checkpoint is due; one of the two is above 0.
struct CheckpointInterval {
  int64_t iterations = 0;  ///< Evaluations since the one before, across scales.
  /// Writing one stops the work: about a second per gigabyte. Ten minutes keep that far below a tenth of the time, and
  /// are little to lose.
  double seconds = 600;

  /// So long after the one before, or after the beginning.
  bool is_due(int64_t iterations_since, double seconds_since) const {
    return iterations > 0 ? iterations_since >= iterations : seconds_since >= seconds;
  }
};

/// Everything that `styler --content FILE --style FILE -o FILE` was told. The defaults here are those of the help.
struct JobOptions {
  std::filesystem::path content;              ///< Empty: none. The result is a texture.
  std::vector<std::filesystem::path> styles;  ///< Each a picture, or a folder whose pictures are one style.
  std::vector<double> style_shares;           ///< One for each style; empty: equal ones.
  /// One for each style, and stylize.style_scale is 1; empty: stylize.style_scale for all.
  std::vector<double> style_scales;
  std::filesystem::path content_regions;  ///< A map of the photo's regions; empty: none.
  /// One for each style: the file of a map, or a colour, `#rrggbb`.
  std::vector<std::filesystem::path> style_regions;
  std::filesystem::path fine_style;  ///< Whose fine strokes are taken, see fine_style.hpp; empty: the style's own.
  std::filesystem::path output;

  /// Of a texture; {0, 0} where there is a photo to take the shape of.
  Size texture{};

  /// Already taken; kept for the report.
  Preset preset = Preset::Styler;
  StylizeOptions stylize;
  Pooling pooling = Pooling::Max;
  Init init = Init::Content;
  std::filesystem::path init_file;  ///< For Init::Picture only: a picture, or the generator that makes one.

  ReadOptions read;
  WriteOptions write;
  MetadataOptions metadata;

  MachineOptions machine;

  /// Only tell what would be done: the files named below are neither written nor read, but for the log.
  bool dry_run = false;

  std::filesystem::path report;      ///< Empty: none.
  int64_t save_every = 0;            ///< Iterations from one intermediate picture to the next; 0: none.
  std::filesystem::path preview;     ///< Is kept like the picture in work; empty: none.
  std::filesystem::path checkpoint;  ///< Gets what it takes to go on, from time to time; empty: none.
  CheckpointInterval checkpoint_every;
  std::filesystem::path resume;  ///< The checkpoint to go on from; empty: begin anew.
  MessageOptions messages;

  /// Whether the run can be gone on from, or goes on.
  bool keeps_state() const { return !checkpoint.empty() || !resume.empty(); }
  bool is_texture() const { return texture.height > 0; }

  /// The constants of a preset's objective, and the coarse style that goes with them.
  void take(Preset which);

  /// What follows from which options were given: without a photo the result is a texture.
  /// \throws Error{InvalidArgument} for what a texture has not.
  void settle(const OptionTable& table);
  /// Checks every value and what they say together; needs no file and no device.
  /// \throws Error{InvalidArgument}
  void validate() const;
  /// The same but for the names of the pictures, which a batch gives one by one.
  void validate_settings() const;
};

/// Whether a file's name is that of a generator, as `styler train` writes them; in large letters or small.
bool names_model(const std::filesystem::path& file);

/// `50` (iterations) or `10m`; empty where the text is neither.
std::optional<CheckpointInterval> parse_checkpoint_interval(std::string_view text);
std::string checkpoint_interval_text(const CheckpointInterval& interval);
/// `relu1_1,relu2_1:0.5`, as --style-layers takes it.
std::string layers_text(const std::vector<WeightedLayer>& layers);

/// Layers of VGG19 with their weights.
Option& describe_layers(OptionTable& table, const std::string& names, std::vector<WeightedLayer>& layers,
                        const std::string& help);
/// When checkpoints are due, counted in `unit`; does nothing where no `checkpoint` is named.
void describe_interval(OptionTable& table, CheckpointInterval& every, const std::filesystem::path& checkpoint,
                       const std::string& unit);

/// What the options are for: a batch has no options of one picture, a sheet none of a long run, and a film none of
/// pictures' files.
enum class JobScope { Picture, Sheet, Batch, Film };

/// All options of a job, in the order in which fingerprints hash them.
void describe(OptionTable& table, JobOptions& options, JobScope scope = JobScope::Picture);

using DescribedJob = Described<JobOptions>;

}  // namespace styler::app
