#pragma once

#include <spdlog/logger.h>

#include <functional>
#include <memory>
#include <vector>

#include "styler/app/session/stop_signals.hpp"
#include "styler/core/stylize/observer.hpp"

namespace styler::app {

/// Hands everything on to several observers, in the order in which they were added. The run stops when one of them
/// wants it to; the others still see the iteration.
class ObserverList : public Observer {
 public:
  /// `observer` must outlive the list.
  void add(Observer& observer) { observers_.push_back(&observer); }

  void on_scale(const ScaleEvent& event) override {
    for (Observer* observer : observers_) observer->on_scale(event);
  }
  Control on_iteration(const IterationEvent& event) override {
    Control control = Control::Continue;
    for (Observer* observer : observers_) {
      if (observer->on_iteration(event) == Control::Stop) control = Control::Stop;
    }
    return control;
  }
  void on_scale_end(const ScaleEvent& event, const Summary& summary) override {
    for (Observer* observer : observers_) observer->on_scale_end(event, summary);
  }
  void on_warning(const std::string& sentence) override {
    for (Observer* observer : observers_) observer->on_warning(sentence);
  }

 private:
  std::vector<Observer*> observers_;
};

/// Ends a run after the evaluation during which the first signal came.
class StopObserver : public Observer {
 public:
  Control on_iteration(const IterationEvent&) override {
    return StopSignals::requested() ? Control::Stop : Control::Continue;
  }
};

/// Logs what happens in a run: warnings, scales at -v, every evaluation at -vv.
class LogObserver : public Observer {
 public:
  /// `logger` must outlive the observer.
  explicit LogObserver(spdlog::logger& logger) : logger_(logger) {}

  void on_scale(const ScaleEvent& event) override;
  Control on_iteration(const IterationEvent& event) override;
  void on_scale_end(const ScaleEvent& event, const Summary& summary) override;
  void on_warning(const std::string& sentence) override { logger_.warn(sentence); }

 private:
  spdlog::logger& logger_;
};

/// Makes the observer that shows how far a run is.
/// \param schedule            its scales, coarse to fine.
/// \param time_limit_seconds  from now on; 0: none.
using ProgressMaker =
    std::function<std::unique_ptr<Observer>(const std::vector<Scale>& schedule, double time_limit_seconds)>;

/// Who is told of a painting. Every run of it ends at a signal, whoever listens.
struct PaintListeners {
  spdlog::logger& log;
  ProgressMaker progress{};     ///< Asked before each run: for --fine-style's strokes there is one more. Empty: nobody.
  Observer* picture = nullptr;  ///< Is told of the picture's own run alone; nullptr: nobody.
};

/// Everybody who is told of each run of a painting: the signals, which end it, the log, and who shows how far it is.
class RunObservers : public ObserverList {
 public:
  /// Those of `listeners` must outlive these.
  RunObservers(const PaintListeners& listeners, const std::vector<Scale>& schedule, double time_limit_seconds);
  RunObservers(const RunObservers&) = delete;
  RunObservers& operator=(const RunObservers&) = delete;

 private:
  StopObserver stopping_;
  LogObserver logging_;
  std::unique_ptr<Observer> progress_;
};

}  // namespace styler::app
