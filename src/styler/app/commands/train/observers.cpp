#include "styler/app/commands/train/observers.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <spdlog/fmt/fmt.h>

#include <cmath>
#include <cstddef>
#include <exception>

#include "styler/app/session/stop_signals.hpp"
#include "styler/base/failure.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/image/contact_sheet.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {
namespace {

constexpr int64_t kStepsBetweenEvents = 10;
/// Of the newest step in the losses that a person is shown, which jump from crop to crop.
constexpr double kNewestShare = 0.05;

void add_share(LossBreakdown& sum, const LossBreakdown& loss, double share) {
  sum.content += share * (loss.content - sum.content);
  sum.style += share * (loss.style - sum.style);
  sum.tv += share * (loss.tv - sum.tv);
  sum.range += share * (loss.range - sum.range);
  sum.total += share * (loss.total - sum.total);
}

Picture sheet_of(const HeldOutEvent& event) {
  const size_t styles = event.trainer.styles();
  ContactSheet sheet;
  const std::string step = "step " + std::to_string(event.position.steps);
  sheet.columns = {"photo", styles == 1 ? step : step + ", style 1"};
  for (size_t style = 1; style < styles; ++style) sheet.columns.push_back("style " + std::to_string(style + 1));
  for (size_t i = 0; i < event.photos.size(); ++i) {
    const auto first = static_cast<std::ptrdiff_t>(i * styles), end = first + static_cast<std::ptrdiff_t>(styles);
    const LossBreakdown loss = mean_of({event.losses.begin() + first, event.losses.begin() + end});
    sheet.rows.push_back("loss " + number_text(loss.total));
    sheet.pictures.push_back({event.photos[i], {}});
    for (size_t style = 0; style < styles; ++style) sheet.pictures.push_back({event.pictures[i * styles + style], {}});
  }
  return drawn(sheet);
}

}  // namespace

LossBreakdown mean_of(const std::vector<LossBreakdown>& losses) {
  LossBreakdown mean;
  for (size_t i = 0; i < losses.size(); ++i) add_share(mean, losses[i], 1.0 / static_cast<double>(i + 1));
  return mean;
}

Control TrainingObservers::on_step(const TrainingEvent& event) {
  Control control = StopSignals::requested() ? Control::Stop : Control::Continue;
  for (TrainingObserver* observer : observers_) {
    if (observer->on_step(event) == Control::Stop) control = Control::Stop;
  }
  return control;
}

void TrainingObservers::on_held_out(const HeldOutEvent& event) {
  for (TrainingObserver* observer : observers_) observer->on_held_out(event);
}

void TrainingObservers::on_warning(const std::string& sentence) {
  for (TrainingObserver* observer : observers_) observer->on_warning(sentence);
}

std::string training_line(const TrainingEvent& event, const LossBreakdown& loss, double held_out) {
  std::string line = fmt::format("step {}, {} left, loss {:.4g} (content {:.4g}, style {:.4g})", event.position.steps,
                                 duration_text(event.seconds_left), loss.total, loss.content, loss.style);
  if (held_out > 0) line += fmt::format(", held out {:.4g}", held_out);
  if (event.win_rate > 0) line += fmt::format(", discriminator right {:.0f} %", 100 * event.win_rate);
  return line;
}

Control TrainingProgress::on_step(const TrainingEvent& event) {
  if (event.step.taken) add_share(smoothed_, event.step.loss, smoothed_.total == 0 ? 1.0 : kNewestShare);
  line_.update(training_line(event, smoothed_, held_out_));
  return Control::Continue;
}

void TrainingProgress::on_held_out(const HeldOutEvent& event) { held_out_ = mean_of(event.losses).total; }

Control TrainingLog::on_step(const TrainingEvent& event) {
  const LossBreakdown& loss = event.step.loss;
  log_.debug("step {}: loss {:.6g} (content {:.6g}, style {:.6g}, tv {:.6g}, range {:.6g}), gradient {:.4g}, {:.1f} s",
             event.position.steps, loss.total, loss.content, loss.style, loss.tv, loss.range, event.step.gradient_norm,
             event.position.seconds);
  return Control::Continue;
}

void TrainingLog::on_held_out(const HeldOutEvent& event) {
  const LossBreakdown loss = mean_of(event.losses);
  log_.info("after {} steps and {}: loss {:.5g} of photos held out (content {:.5g}, style {:.5g})",
            event.position.steps, duration_text(event.position.seconds), loss.total, loss.content, loss.style);
}

void TrainingPreview::on_held_out(const HeldOutEvent& event) {
  try {
    WriteOptions write;
    write.replaces_protected = replaces_protected_;
    write_picture(sheet_of(event), file_, write);
  } catch (const std::exception&) {
    warnings_.on_warning("the preview " + unwritten_text(file_, std::current_exception()) + "; the training goes on");
  }
}

Control TrainingEvents::on_step(const TrainingEvent& event) {
  const int64_t step = event.position.steps;
  if (step % kStepsBetweenEvents != 0) return Control::Continue;
  const LossBreakdown& loss = event.step.loss;
  const std::pair<const char*, double> numbers[] = {{"loss/total", loss.total},
                                                    {"loss/content", loss.content},
                                                    {"loss/style", loss.style},
                                                    {"loss/tv", loss.tv},
                                                    {"loss/range", loss.range},
                                                    {"gradient/norm", event.step.gradient_norm},
                                                    {"learning_rate", event.learning_rate}};
  for (const auto& [tag, value] : numbers) file_.number(tag, step, value);
  if (event.trainer.plays()) {
    file_.number("discriminator/win_rate", step, event.win_rate);
    file_.number("discriminator/loss", step, event.step.discriminator_loss);
    file_.number("discriminator/weight", step, event.step.adversarial_weight);
  }
  check();
  return Control::Continue;
}

void TrainingEvents::on_held_out(const HeldOutEvent& event) {
  const LossBreakdown loss = mean_of(event.losses);
  const int64_t step = event.position.steps;
  file_.number("held_out/total", step, loss.total);
  file_.number("held_out/content", step, loss.content);
  file_.number("held_out/style", step, loss.style);
  const Picture sheet = sheet_of(event);
  file_.picture("held_out/pictures", step, encode_picture(sheet, "sheet.png"), picture_size(sheet.colour));
  check();
}

void TrainingEvents::check() {
  if (file_.good() || warned_) return;
  warned_ = true;
  warnings_.on_warning("no more can be written to --log-dir, whose curves end here; the training goes on");
}

}  // namespace styler::app
