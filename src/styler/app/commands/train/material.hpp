#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/commands/train/options.hpp"
#include "styler/core/loss/objective.hpp"
#include "styler/core/network/features.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/train/training.hpp"

namespace styler::app {

/// The paintings that one word of --style names: together one style.
struct StyleWord {
  std::string name;  ///< Of the painting without its extension, or of the folder, pattern or list.
  std::vector<std::filesystem::path> files;
};

/// The files that a training is told to use.
struct TrainingFiles {
  std::vector<std::filesystem::path> photos;    ///< To learn from.
  std::vector<std::filesystem::path> held_out;  ///< To judge by; where there are too few photos, one of them.
  std::vector<StyleWord> styles;
};

/// Looks for them. Of photos that are not told apart by --held-out, every eighth is held out, four at most.
/// \throws Error{Input} for sources that are missing or empty.
TrainingFiles training_files(const TrainingOptions& options, const WarningSink& warn);

/// A painting as it is looked at.
struct Painting {
  std::filesystem::path file;
  std::string sha256;
  Picture picture;  ///< Its long edge as TrainOptions has it, or its own.
};

/// A style as it is looked at: what its paintings have in common.
struct PaintedStyle {
  std::string name;
  std::vector<Painting> paintings;
};

/// \throws Error{Input}, Error{Memory}
std::vector<PaintedStyle> read_styles(const TrainingFiles& files, const TrainingOptions& options,
                                      const WarningSink& warn);

/// How much parts of the paintings differ within themselves, in the mean: variety_of() of squares of this edge.
double variety_of_paintings(const std::vector<PaintedStyle>& styles, int64_t edge);

/// How many paintings there are in all.
size_t painting_count(const std::vector<PaintedStyle>& styles);

/// Of each style its paintings, with equal shares.
/// \param device  the network's.
std::vector<Trainer::StyleParts> style_parts(const std::vector<PaintedStyle>& styles, const FeatureExtractor& network,
                                             const ObjectiveOptions& objective, at::Device device);

/// Photos are read when crops of them are wanted; those that are held out at once, at the paintings' long edge.
/// \param styles  must outlive it.
/// \throws Error{Input} where none of those held out can be read.
TrainingMaterial training_material(const TrainingFiles& files, const std::vector<PaintedStyle>& styles,
                                   const TrainingOptions& options, const WarningSink& warn);

}  // namespace styler::app
