#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <utility>

#include "styler/core/stylize/observer.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {

/// `out_s2_0050.png` for `out.png`, the second scale and iteration 50.
std::filesystem::path snapshot_file(const std::filesystem::path& output, int64_t scale, int64_t iteration);

/// How pictures are written that somebody only looks at: 8 bits, whatever the output has.
WriteOptions preview_write_options(const WriteOptions& output);

/// Replaces one file every few seconds by the picture in work, at the size of the scale. That it can't be written is
/// worth one warning, not the run, and not a warning each time.
class PreviewObserver : public Observer {
 public:
  using Clock = std::function<double()>;  ///< Seconds since some moment.

  /// \param warnings  is told when the file can't be written; must outlive this observer.
  PreviewObserver(std::filesystem::path file, const WriteOptions& write, Observer& warnings, Clock clock)
      : file_(std::move(file)), write_(write), warnings_(warnings), clock_(std::move(clock)) {}

  Control on_iteration(const IterationEvent& event) override;

 private:
  std::filesystem::path file_;
  WriteOptions write_;
  Observer& warnings_;
  Clock clock_;
  std::optional<double> next_time_;  ///< None before the first picture, which comes at once.
  bool warned_ = false;              ///< Of the failures since the last success.
};

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
