#pragma once

#include <vector>

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

}  // namespace styler::app
