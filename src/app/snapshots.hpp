#pragma once

#include <filesystem>

#include "styler/image_io.hpp"
#include "styler/observer.hpp"

namespace styler::app {

/// `out_s2_0050.png` for `out.png`, the second scale and iteration 50.
std::filesystem::path snapshot_file(const std::filesystem::path& output, int64_t scale, int64_t iteration);

/// Saves the picture every few iterations, beside the output. A picture that can't be saved is worth a warning, not
/// the run.
class SnapshotObserver : public Observer {
 public:
  /// \param write     like the output.
  /// \param every     >= 1
  /// \param warnings  is told of pictures that could not be saved; must outlive this observer.
  SnapshotObserver(std::filesystem::path output, const WriteOptions& write, int64_t every, Observer& warnings)
      : output_(std::move(output)), write_(write), every_(every), warnings_(warnings) {}

  void on_scale(const ScaleEvent& event) override { scale_ = event.index + 1; }
  Control on_iteration(const IterationEvent& event) override;

 private:
  std::filesystem::path output_;
  WriteOptions write_;
  int64_t every_;
  Observer& warnings_;
  int64_t scale_ = 1;
};

}  // namespace styler::app
