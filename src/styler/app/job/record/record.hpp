#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "styler/app/host/machine.hpp"
#include "styler/core/stylize/observer.hpp"
#include "styler/core/stylize/run_state.hpp"
#include "styler/core/stylize/stylizer.hpp"

namespace styler::app {

/// What happened at one scale.
struct ScaleRecord {
  ScaleEvent event;
  std::vector<LossBreakdown> losses;  ///< One per iteration.
  std::optional<Summary> summary;     ///< None when the run ended in mid-scale by an error.
};

/// Keeps every loss of a run; 40 bytes per iteration.
class RecordingObserver : public Observer {
 public:
  /// \param earlier  what the run that is gone on from had kept: up to the evaluation that is done next.
  explicit RecordingObserver(std::vector<ScaleRecord> earlier = {}) : scales_(std::move(earlier)) {}

  void on_scale(const ScaleEvent& event) override {
    if (static_cast<size_t>(event.index) >= scales_.size()) {
      scales_.push_back({event, {}, std::nullopt});
    } else {
      scales_[static_cast<size_t>(event.index)].event = event;  // whatever the earlier run said of it
    }
  }
  Control on_iteration(const IterationEvent& event) override {
    scales_.back().losses.push_back(event.loss);
    return Control::Continue;
  }
  void on_scale_end(const ScaleEvent&, const Summary& summary) override { scales_.back().summary = summary; }

  const std::vector<ScaleRecord>& scales() const { return scales_; }

 private:
  std::vector<ScaleRecord> scales_;
};

/// A painting that was not finished: where it stood, and what had happened until then.
struct Checkpoint {
  RunState state;
  std::vector<ScaleRecord> scales;  ///< Up to the scale in work, with the losses before the evaluation that is next.
};

/// A picture whose style was taken.
struct StyleRecord {
  std::string file;
  Size size;
  double share = 1;      ///< Of all styles, or of all for its region.
  double scale = 1;      ///< Beside that of all styles.
  std::string region{};  ///< That it is for; empty: everything.
};

/// A region of the photo.
struct RegionRecord {
  std::string colour;
  double part = 0;  ///< Of the photo, in [0, 1].
  size_t styles = 0;
};

/// What happened while one picture was made: what a report and the picture itself tell beside the options.
struct JobRecord {
  Size content_size;
  std::vector<StyleRecord> styles;
  std::vector<RegionRecord> regions{};
  MachineChoice machine;
  std::vector<ScaleRecord> scales;
  bool stopped = false;
  int exit_code = 0;
  Size output_size;
  std::optional<LossBreakdown> saved_loss;  ///< Of the picture as the file holds it; none when stopped early.
  double seconds = 0;                       ///< From the program's start to the report.
  int64_t peak_memory_bytes = 0;
};

/// The styles, with shares that sum to 1: of each region, where there are any.
std::vector<StyleRecord> style_records(const StylizeInput& pictures);

/// The photo's regions.
std::vector<RegionRecord> region_records(const StylizeInput& pictures);

}  // namespace styler::app
