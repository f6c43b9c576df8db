#include "styler/app/commands/transfer/checkpoint_observer.hpp"

#include <string>
#include <utility>

#include "styler/app/commands/transfer/checkpoint.hpp"

namespace styler::app {

CheckpointObserver::CheckpointObserver(Settings settings, Observer& warnings)
    : settings_(std::move(settings)),
      warnings_(warnings),
      recording_(std::move(settings_.earlier)),
      file_(settings_.file) {}

void CheckpointObserver::on_scale(const ScaleEvent& event) {
  if (!time_) time_ = settings_.clock();
  recording_.on_scale(event);
}

Control CheckpointObserver::on_iteration(const IterationEvent& event) {
  recording_.on_iteration(event);
  ++iterations_;
  if (due()) write(event);
  return Control::Continue;
}

void CheckpointObserver::on_scale_end(const ScaleEvent& event, const Summary& summary) {
  recording_.on_scale_end(event, summary);
}

bool CheckpointObserver::due() const {
  if (settings_.about_to_stop()) return true;
  return time_ && settings_.interval.is_due(iterations_, settings_.clock() - *time_);
}

void CheckpointObserver::write(const IterationEvent& event) {
  const std::string reason =
      file_.attempt([&] { write_checkpoint(file_.file(), settings_.identity, event.state(), recording_.scales()); });
  if (!reason.empty()) {
    warnings_.on_warning("the checkpoint " + reason + "; the run goes on, and an older checkpoint stays as it was");
  }
  iterations_ = 0;
  time_ = settings_.clock();
}

}  // namespace styler::app
