#pragma once

#include <map>
#include <string>
#include <vector>

#include "styler/app/commands/train/material.hpp"
#include "styler/app/commands/train/options.hpp"
#include "styler/app/models/style_notes.hpp"
#include "styler/core/generator/styles.hpp"

namespace styler::app {

/// Where a training begins.
struct TrainingStart {
  StyledGenerator styles;                    ///< The last of them are those to learn.
  std::vector<StyleNote> kept;               ///< Those before.
  std::map<std::string, std::string> notes;  ///< Of the model that they stay from.
  std::string model_sha256;                  ///< Of the file of --from that they stay from; empty where nothing stays.
};

/// With --from at that model: with new styles added to it, or all of it gone on with, as --learn says. Otherwise at
/// random weights, each style in the colour that its paintings have by and large.
/// \throws Error{Input}, and Error{InvalidArgument} for a model that the options don't fit.
TrainingStart training_start(const TrainingOptions& options, const std::vector<PaintedStyle>& styles);

/// What a model that is trained so tells of its styles: those that stay, and those that are learnt. Names are told
/// apart.
std::vector<StyleNote> noted_styles(const TrainingStart& start, const std::vector<PaintedStyle>& styles);

}  // namespace styler::app
