#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "styler/app/job/observers/optional_file.hpp"
#include "styler/app/job/options/job_options.hpp"
#include "styler/app/job/record/record.hpp"
#include "styler/core/stylize/observer.hpp"

namespace styler::app {

/// Writes checkpoints, from time to time and when the run is about to be stopped. One that can't be written is worth a
/// warning, not the run: the one before stays, and the next is tried when it is due. Time counts from the run's
/// beginning on.
class CheckpointObserver : public Observer {
 public:
  using Clock = std::function<double()>;  ///< Seconds since some moment.

  struct Settings {
    std::filesystem::path file;
    CheckpointInterval interval;
    nlohmann::ordered_json identity;      ///< See run_identity().
    std::vector<ScaleRecord> earlier;     ///< What the checkpoint that the run goes on from held of its scales.
    std::function<bool()> about_to_stop;  ///< Whether the run may end with this iteration.
    Clock clock;
  };

  /// \param warnings  is told of checkpoints that could not be written; must outlive this observer.
  CheckpointObserver(Settings settings, Observer& warnings);

  void on_scale(const ScaleEvent& event) override;
  Control on_iteration(const IterationEvent& event) override;
  void on_scale_end(const ScaleEvent& event, const Summary& summary) override;

 private:
  bool due() const;
  void write(const IterationEvent& event);

  Settings settings_;
  Observer& warnings_;
  RecordingObserver recording_;
  int64_t iterations_ = 0;      ///< Since the last checkpoint, or the last attempt.
  std::optional<double> time_;  ///< Of that; none before the run begins.
  OptionalFile file_;
};

}  // namespace styler::app
