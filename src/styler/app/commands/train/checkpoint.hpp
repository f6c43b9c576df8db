#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "styler/app/commands/train/material.hpp"
#include "styler/app/commands/train/options.hpp"
#include "styler/app/commands/train/record.hpp"
#include "styler/app/job/observers/optional_file.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/train/training.hpp"

namespace styler::app {

/// What makes a training the same as another, so that one can go on where the other was.
nlohmann::ordered_json training_identity(const TrainingOptions& options, const TrainingRecord& record);

/// A training that was not finished.
struct TrainingCheckpoint {
  TrainingState state;  ///< For Trainer::restore(), which checks it.
  TrainingPosition position;
};

/// Replaces `file` atomically.
/// \throws Error{Output}; then the old file stays.
void write_training_checkpoint(const std::filesystem::path& file, const nlohmann::ordered_json& identity,
                               const TrainingState& state, const TrainingPosition& position);

/// \param warn  is told when threads or kernels are others, so that the last bits may be.
/// \throws Error{Input} when the file is missing, damaged, no such checkpoint or of other pictures, and
///         Error{InvalidArgument} when it is of other options; each names what is wrong.
TrainingCheckpoint read_training_checkpoint(const std::filesystem::path& file, const nlohmann::ordered_json& identity,
                                            const WarningSink& warn);

/// Has the trainer be where it was.
/// \throws Error{Input} naming `file` for a state that is not of this training.
void restore(Trainer& trainer, const TrainingCheckpoint& checkpoint, const std::filesystem::path& file);

/// Writes checkpoints from time to time, and when the training is about to be stopped. One that can't be written is
/// worth a warning.
class TrainingKeeper : public TrainingObserver {
 public:
  /// \param warnings  is told of checkpoints that could not be written; must outlive this observer.
  TrainingKeeper(std::filesystem::path file, CheckpointInterval interval, nlohmann::ordered_json identity,
                 TrainingObserver& warnings);

  Control on_step(const TrainingEvent& event) override;

 private:
  void write(const TrainingEvent& event);

  OptionalFile file_;
  CheckpointInterval interval_;
  nlohmann::ordered_json identity_;
  TrainingObserver& warnings_;
  std::optional<TrainingPosition> last_;  ///< Of the last checkpoint or attempt, or where the training began.
};

}  // namespace styler::app
