#include "styler/app/commands/transfer/checkpoint_observer.hpp"

#include <exception>
#include <utility>

#include "styler/app/commands/transfer/checkpoint.hpp"
#include "styler/base/failure.hpp"

namespace styler::app {

CheckpointObserver::CheckpointObserver(Settings settings, Observer& warnings)
    : settings_(std::move(settings)), warnings_(warnings), recording_(std::move(settings_.earlier)) {}

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
  const CheckpointInterval& interval = settings_.interval;
  if (interval.iterations > 0) return iterations_ >= interval.iterations;
  return time_ && settings_.clock() - *time_ >= interval.seconds;
}

void CheckpointObserver::write(const IterationEvent& event) {
  try {
    write_checkpoint(settings_.file, settings_.identity, event.state(), recording_.scales());
    warned_of_.clear();
  } catch (const std::exception&) {  // memory that ran out too, which the run would take for its own
    const std::string reason = unwritten_text(settings_.file, std::current_exception());
    // The same reason again and again, perhaps at every iteration, is told once.
    if (std::exchange(warned_of_, reason) != reason) {
      warnings_.on_warning("the checkpoint " + reason + "; the run goes on, and an older checkpoint stays as it was");
    }
  }
  iterations_ = 0;
  time_ = settings_.clock();
}

}  // namespace styler::app
