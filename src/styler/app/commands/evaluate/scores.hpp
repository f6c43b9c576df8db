#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "styler/app/commands/evaluate/networks.hpp"
#include "styler/app/commands/evaluate/set_figures.hpp"
#include "styler/app/host/machine.hpp"
#include "styler/base/size.hpp"
#include "styler/core/metrics/inception_score.hpp"
#include "styler/core/metrics/picture_figures.hpp"

namespace styler::app {

/// A result with its figures.
struct ScoredPicture {
  std::filesystem::path file;
  std::filesystem::path photo;     ///< Empty: none was found.
  std::filesystem::path painting;  ///< Likewise.
  Size size;                       ///< At which it was looked at.
  PictureFigures figures{};
  std::vector<LikelyClass> classes;  ///< By EfficientNet-lite0, where is-lite0 is asked for.
};

struct SkippedPicture {
  std::filesystem::path file;
  std::string reason;
};

/// What one --results is worth.
struct ScoredSet {
  std::filesystem::path source;
  std::vector<ScoredPicture> pictures;  ///< By name.
  std::vector<SkippedPicture> skipped;  ///< Those that could not be read.
  std::vector<SetFigure> figures;       ///< Of the set as a whole.
};

/// The mean of a figure over the pictures that have it.
struct MeanFigure {
  double value = 0;
  int64_t count = 0;
};

struct Scores {
  std::vector<ScoredSet> sets;
  int64_t against = 0;  ///< Pictures of --against; 0: none, or not known.
  MachineChoice machine;
  std::vector<UsedNetwork> networks;  ///< Beside VGG19.
  std::vector<std::string> warnings;

  /// Those that some picture has.
  std::vector<FigureInfo> figures() const;
  /// How many pictures could not be read, in all sets.
  int64_t skipped() const;
};

MeanFigure mean_of(const ScoredSet& set, Figure figure);

/// The table on the terminal: a line for each figure, a column for each set.
/// \param of_sets  the figures of whole sets that there may be.
std::vector<std::string> score_table(const Scores& scores, const std::vector<SetFigureInfo>& of_sets);

/// A line of figures for each picture, below a line of headings (RFC 4180).
std::string csv_text(const Scores& scores);

}  // namespace styler::app
