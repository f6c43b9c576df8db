#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "styler/app/cli/command.hpp"
#include "styler/app/cli/message_options.hpp"
#include "styler/app/folders/options/course_options.hpp"
#include "styler/app/folders/options/folder_options.hpp"
#include "styler/app/host/options/machine_options.hpp"
#include "styler/app/job/options/file_options.hpp"
#include "styler/base/size.hpp"
#include "styler/options/picture_file_options.hpp"
#include "styler/options/stylize_options.hpp"

namespace styler::app {

/// `styler apply`
struct ApplyOptions : CourseOptions {
  static constexpr CommandInfo kCommand{
      .name = "apply",
      .usage =
          "styler apply --model MODEL.styler --content FILE -o FILE [options]\n"
          "       styler apply --model MODEL.styler --content DIR -o DIR [options]\n"
          "       styler apply --model MODEL.styler --content - -o - [options]\n"
          "       styler apply --model MODEL.styler --size N|WxH -o FILE [options]",
      .does = "Paint photos with a trained generator, each in a fraction of a second",
      .takes_config = true,
  };

  std::vector<std::filesystem::path> models;         ///< One; with a map of regions one for each.
  std::filesystem::path content_regions;             ///< A map of the photo's regions; empty: none.
  std::vector<std::filesystem::path> model_regions;  ///< For each model a colour of the map, `#rrggbb`.
  FolderOptions sources;                             ///< Whose output_folder is the picture's file where is_single().
  /// Of models of several styles the one to paint, by name or number, for each model or one for all; empty: the first.
  /// Or one word, `random`: for each photo one of them.
  std::vector<std::filesystem::path> picks;
  std::vector<double> style_blend;  ///< A share for each style of the model; empty: one style is painted.
  uint64_t seed = 0;                ///< Of random picks, or of a texture's noise.
  bool tileable = false;            ///< Of a texture: that it fits beside itself.
  double strength = 1;              ///< From the photo, 0, over the style to 1.2; 1 for models that know no other.
  int64_t size = 0;                 ///< Long edge of the results; 0: the photos' own. Of a texture both edges,
  Size texture;                     ///< where it is not told these one by one.
  ColourMode colour = ColourMode::Style;
  ReadOptions read;
  WriteOptions write;
  MetadataOptions metadata;
  DeviceOptions device;
  MemoryOptions memory;
  MessageOptions messages;

  std::optional<Size> raw_frames;  ///< Of a stream of frames that are nothing but pixels; empty: PPM.

  /// Whether frames come through standard input and go to standard output.
  bool is_stream() const { return sources.output_folder == "-"; }
  /// Whether the model is to make a texture of noise: without a photo.
  bool is_texture() const { return sources.content.empty(); }
  /// Of that texture.
  Size texture_size() const { return texture.width > 0 ? texture : Size{size, size}; }
  /// Whether --output names one picture and no folder.
  bool is_single() const;
  /// Whether each photo has a style of its own.
  bool picks_at_random() const { return picks.size() == 1 && picks.front() == "random"; }

  void describe(OptionTable& table);
  void settle(const OptionTable& table, const std::vector<std::string>& arguments);
  /// \throws Error{InvalidArgument}
  void validate() const;
};

using ApplyCommands = CommandTypes<ApplyOptions>;

int run(const ApplyOptions& options);

}  // namespace styler::app
