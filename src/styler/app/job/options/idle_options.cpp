#include "styler/app/job/options/idle_options.hpp"

#include <CLI/CLI.hpp>

namespace styler::app {

std::vector<std::string> idle_options(const CLI::App& app, const JobOptions& options) {
  std::vector<std::string> sentences;
  // A batch lacks some.
  const auto given = [&app](const char* name) {
    const CLI::Option* const option = app.get_option_no_throw(name);
    return option != nullptr && option->count() > 0;
  };
  const auto note = [&sentences](const std::string& sentence) { sentences.push_back(sentence); };
  const bool adam = options.stylize.optimizer.method == OptimizerMethod::Adam;
  if (given("--learning-rate") && !adam) {
    note("--learning-rate is for Adam only, but the optimizer is lbfgs; add --optimizer adam or leave it out");
  }
  if (given("--history-size") && adam) {
    note("--history-size is for L-BFGS only, but the optimizer is adam; leave it out");
  }
  if (given("--history-precision") && adam) {
    note("--history-precision is for L-BFGS only, but the optimizer is adam; leave it out");
  }
  if (given("--preconditioner") && adam) {
    note("--preconditioner is for L-BFGS only, but the optimizer is adam; leave it out");
  }
  const double strength = options.stylize.objective.strength;
  if (strength == 1 && given("--content-weight")) {
    note("--content-weight does nothing at --strength 1; leave one of them out");
  }
  for (const char* const name : {"--style-weight", "--style-loss", "--tv-weight", "--style-scale", "--style-blend",
                                 "--style-blend-by", "--fine-style", "--coarse-style"}) {
    if (strength > 0 || !given(name)) continue;
    note(std::string(name) + " does nothing at --strength 0; leave one of them out");
  }
  if (given("--padding") && options.stylize.schedule.tileable) {
    note("--padding does nothing beside --tileable, which continues the picture by its opposite side; leave it out");
  }
  // A batch has none of these: its finished pictures are its checkpoints.
  if (given("--checkpoint-every") && options.checkpoint.empty()) {
    note("--checkpoint-every does nothing without --checkpoint; add --checkpoint FILE or leave it out");
  }
  return sentences;
}

}  // namespace styler::app
