#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/commands/apply/options.hpp"
#include "styler/app/models/style_notes.hpp"
#include "styler/core/generator/generator.hpp"
#include "styler/core/generator/paint.hpp"
#include "styler/core/generator/styles.hpp"

namespace styler::app {

/// A model that was read, on the device that it runs on.
struct LoadedModel {
  StyledGenerator styles;
  std::vector<StyleNote> notes;  ///< Of each style.
  PaintOptions painting;
  std::string sha256;          ///< Of the file.
  std::filesystem::path file;  ///< As the user named it.
  bool is_of_textures = false;
};

using LoadedModels = std::vector<LoadedModel>;

/// What is painted of each model.
struct PickedStyles {
  /// By model a share for each of its styles; empty: its first one.
  std::vector<std::vector<double>> shares;
  /// What --pick is that picks the same again: no chance is left in it.
  std::vector<std::filesystem::path> words;
};

/// What the options pick.
/// \param photo  its name as a job has it, with folders that were searched through before it: by that random picks go
///               beside the seed, whatever others there are.
/// \throws Error{InvalidArgument} for a style that a model doesn't have.
PickedStyles picked_styles(const ApplyOptions& options, const LoadedModels& models, const std::string& photo);

/// Checks, before any work, that models have what the options ask of them.
/// \throws Error{InvalidArgument}
void check_styles(const ApplyOptions& options, const LoadedModels& models);

}  // namespace styler::app
