#pragma once

#include <spdlog/logger.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "styler/app/commands/train/event_file.hpp"
#include "styler/app/session/progress_line.hpp"
#include "styler/train/training.hpp"

namespace styler::app {

/// Hands everything on to several observers, in the order in which they were added. The training stops when one of them
/// wants it to, or a signal has come.
class TrainingObservers : public TrainingObserver {
 public:
  /// `observer` must outlive the list.
  void add(TrainingObserver& observer) { observers_.push_back(&observer); }

  Control on_step(const TrainingEvent& event) override;
  void on_held_out(const HeldOutEvent& event) override;
  void on_warning(const std::string& sentence) override;

 private:
  std::vector<TrainingObserver*> observers_;
};

/// `step 812, 3:21 left, loss 2.31 (content 0.71, style 1.55), held out 2.4, discriminator right 61 %`
/// \param loss      averaged over the last steps.
/// \param held_out  0: not known yet.
std::string training_line(const TrainingEvent& event, const LossBreakdown& loss, double held_out);

/// Tells a person how far it is.
class TrainingProgress : public TrainingObserver {
 public:
  /// \param console  must outlive it.
  TrainingProgress(Console& console, ProgressLine::Clock clock) : line_(console, std::move(clock)) {}
  Control on_step(const TrainingEvent& event) override;
  void on_held_out(const HeldOutEvent& event) override;

 private:
  ProgressLine line_;
  LossBreakdown smoothed_;
  double held_out_ = 0;
};

/// Logs warnings, what was held out at -v, every step at -vv.
class TrainingLog : public TrainingObserver {
 public:
  explicit TrainingLog(spdlog::logger& log) : log_(log) {}
  Control on_step(const TrainingEvent& event) override;
  void on_held_out(const HeldOutEvent& event) override;
  void on_warning(const std::string& sentence) override { log_.warn("{}", sentence); }

 private:
  spdlog::logger& log_;
};

/// Replaces a sheet of photos that were held out, each beside its picture.
class TrainingPreview : public TrainingObserver {
 public:
  /// \param warnings  is told when the file can't be written; must outlive it.
  TrainingPreview(std::filesystem::path file, bool replaces_protected, TrainingObserver& warnings)
      : file_(std::move(file)), replaces_protected_(replaces_protected), warnings_(warnings) {}
  void on_held_out(const HeldOutEvent& event) override;

 private:
  std::filesystem::path file_;
  bool replaces_protected_;
  TrainingObserver& warnings_;
};

/// Writes what TensorBoard shows: of every tenth step all terms, and what was held out with its pictures.
class TrainingEvents : public TrainingObserver {
 public:
  /// \param warnings  is told once when the file can't be written any more; must outlive it.
  /// \throws Error{Output}
  TrainingEvents(const std::filesystem::path& folder, TrainingObserver& warnings)
      : file_(folder), warnings_(warnings) {}
  Control on_step(const TrainingEvent& event) override;
  void on_held_out(const HeldOutEvent& event) override;

 private:
  void check();

  EventFile file_;
  TrainingObserver& warnings_;
  bool warned_ = false;
};

/// The mean of the losses of several photos.
LossBreakdown mean_of(const std::vector<LossBreakdown>& losses);

}  // namespace styler::app
