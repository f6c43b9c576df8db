#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/commands/train/options.hpp"
#include "styler/core/generator/generator.hpp"
#include "styler/core/loss/objective.hpp"
#include "styler/core/network/features.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/train/training.hpp"

namespace styler::app {

/// The files that a training is told to use.
struct TrainingFiles {
  std::vector<std::filesystem::path> photos;    ///< To learn from.
  std::vector<std::filesystem::path> held_out;  ///< To judge by; where there are too few photos, one of them.
  std::vector<std::filesystem::path> paintings;
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

/// \throws Error{Input}, Error{Memory}
std::vector<Painting> read_paintings(const TrainingFiles& files, const TrainingOptions& options,
                                     const WarningSink& warn);

/// In the colour that the paintings have by and large.
Generator new_generator(const std::vector<Painting>& paintings, const TrainOptions& options);

/// Equal shares of all.
/// \param device  the network's.
std::vector<StylePart> style_parts(const std::vector<Painting>& paintings, const FeatureExtractor& network,
                                   const ObjectiveOptions& objective, at::Device device);

/// Photos are read when crops of them are wanted; those that are held out at once, at the paintings' long edge.
/// \param paintings  must outlive it.
/// \throws Error{Input} where none of those held out can be read.
TrainingMaterial training_material(const TrainingFiles& files, const std::vector<Painting>& paintings,
                                   const TrainingOptions& options, const WarningSink& warn);

}  // namespace styler::app
