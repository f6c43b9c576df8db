#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "styler/app/commands/train/material.hpp"
#include "styler/app/commands/train/options.hpp"
#include "styler/app/host/machine.hpp"
#include "styler/app/models/style_notes.hpp"
#include "styler/train/training.hpp"

namespace styler::app {

/// The options with one of these facts, by their names without dashes.
nlohmann::ordered_json options_with(const TrainingOptions& options, OptionFacts facts);

/// What decides the course of a training, by options' names. Of several processes the size of a batch is that of all.
nlohmann::ordered_json course_options(const TrainingOptions& options, int processes);

/// The losses at one moment of a training.
struct TrainingPoint {
  TrainingPosition position;
  LossBreakdown loss;
};

/// Keeps the course of a training: what was held out, and of the steps means, a few hundred at most.
class TrainingRecorder : public TrainingObserver {
 public:
  Control on_step(const TrainingEvent& event) override;
  void on_held_out(const HeldOutEvent& event) override;

  const std::vector<TrainingPoint>& steps() const { return steps_; }
  const std::vector<TrainingPoint>& held_out() const { return held_out_; }
  int64_t refused() const { return refused_; }

 private:
  std::vector<TrainingPoint> steps_, held_out_;
  std::vector<LossBreakdown> waiting_;  ///< Of steps that are to become one point.
  size_t each_ = 1;                     ///< How many.
  int64_t refused_ = 0;
};

/// What happened in a training.
struct TrainingRecord {
  MachineChoice machine;
  int processes = 1;  ///< That trained together.
  TrainingFiles files;
  std::vector<PaintedStyle> styles;
  std::vector<StyleNote> noted_styles;  ///< All that the model has, those that were not learnt before the others.
  std::map<std::string, std::string> kept_notes;  ///< Of the model whose styles stay.
  std::string added_to;  ///< The SHA-256 of the model whose styles stay; empty: all are learnt.
  TrainingSummary summary;
  /// The optimiser's loss of the first photo that was held out in the first style that was learnt, and the generator's.
  std::optional<std::pair<LossBreakdown, LossBreakdown>> floor;
  int exit_code = 0;
  double seconds = 0;
  int64_t peak_memory_bytes = 0;
};

/// The text of a report file.
std::string training_report(const TrainingOptions& options, const TrainingRecord& record,
                            const TrainingRecorder& course);

/// What a model's file tells of how it was made: nothing that changes from one training to the same again.
std::map<std::string, std::string> model_notes(const TrainingOptions& options, const TrainingRecord& record);

}  // namespace styler::app
