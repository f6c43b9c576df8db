#include "styler/app/job/observers/observers.hpp"

#include "styler/base/text/parse_text.hpp"

namespace styler::app {

void LogObserver::on_scale(const ScaleEvent& event) {
  const double share = event.scale.style_factor;
  logger_.info("scale {}/{}: {}x{} px, style {} px{}, {} iterations; tiles {}, history {}, {}", event.index + 1,
               event.count, event.scale.size.width, event.scale.size.height, sizes_text(event.style_sizes),
               share == 1 ? "" : ", weight times " + decimal_text(share), event.scale.iterations,
               tiling_text(event.plan), history_text(event.plan), bytes_text(event.plan.predicted_bytes));
  for (const std::string& remark : event.remarks) logger_.info("{}; the layer is left out there at this scale", remark);
}

Control LogObserver::on_iteration(const IterationEvent& event) {
  logger_.debug("iteration {}: loss {:.6g}, content {:.6g}, style {:.6g}, tv {:.6g}, range {:.6g}; {:.3f} s",
                event.iteration, event.loss.total, event.loss.content, event.loss.style, event.loss.tv,
                event.loss.range, event.elapsed_seconds);
  return Control::Continue;
}

void LogObserver::on_scale_end(const ScaleEvent& event, const Summary& summary) {
  logger_.info("scale {}/{} ended ({}): loss {:.6g} -> {:.6g} in {} iterations, {} steps taken back, {:.2f} s",
               event.index + 1, event.count, kTerminations.word(summary.termination), summary.initial_loss,
               summary.final_loss, summary.iterations, summary.steps_back, summary.elapsed_seconds);
}

RunObservers::RunObservers(const PaintListeners& listeners, const std::vector<Scale>& schedule,
                           double time_limit_seconds)
    : logging_(listeners.log) {
  // First: a signal that comes between two observers would else stop a run without its last checkpoint.
  add(stopping_);
  add(logging_);
  if (!listeners.progress) return;
  progress_ = listeners.progress(schedule, time_limit_seconds);
  add(*progress_);
}

}  // namespace styler::app
