#include "styler/app/job/options/style_options.hpp"

#include <algorithm>

#include "styler/app/cli/option_binder.hpp"
#include "styler/base/checks.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text.hpp"

namespace styler::app {
namespace {

void check_count(const std::string& option, const std::string& what, size_t count, size_t styles) {
  if (count == styles) return;
  reject(option + " has " + std::to_string(count) + " " + what + ", but --style names " + std::to_string(styles) +
         (styles == 1 ? " style" : " styles") + "; give one for each, in their order");
}

}  // namespace

void bind_styles(OptionBinder& binder, JobOptions& options) {
  binder.paths("--style", "FILE|DIR...", options.styles,
               "Painting whose colours and strokes are taken, or several of them; the pictures of a folder are one "
               "style, all with equal shares");
}

void bind_style_loss(OptionBinder& binder, JobOptions& options) {
  StyleLoss& loss = options.stylize.objective.style_loss;
  binder.choice(
      "--style-loss", kStyleLosses, loss,
      "How a layer's features are compared with the painting's: by Gram matrix, with the mean as well, as Gaussians, "
      "by "
      "Gram matrix and histograms, or sorted along many directions");
}

void bind_style_scale(OptionBinder& binder, JobOptions& options) {
  binder.text(
      "--style-scale", "X[,X...]", style_scale_text(options),
      [&options](const std::string& text) {
        const auto scales = parse_decimals(text);
        if (!scales) return false;
        const bool for_all = scales->size() == 1;
        options.stylize.style_scale = for_all ? scales->front() : 1.0;
        options.style_scales = for_all ? std::vector<double>() : *scales;
        return true;
      },
      "a number, or one for each style with commas between them",
      "Size of the painting relative to the photo's, so of its strokes; it is never enlarged beyond its own. For "
      "several styles one number for all, or one for each");
}

void bind_style_blend(OptionBinder& binder, JobOptions& options) {
  binder.group("Look");
  binder.text(
      "--style-blend", "X,X...", "equal",
      [&field = options.style_shares](const std::string& text) {
        const auto shares = parse_decimals(text);
        field = shares.value_or(field);
        return shares.has_value();
      },
      "a number for each style with commas between them", "Shares of several styles, one for each --style");
  ObjectiveOptions& objective = options.stylize.objective;
  binder.choice(
      "--style-blend-by", kStyleBlends, objective.style_blend,
      "How several styles become one: a picture between them, or near to each of them; the second lets paintings of "
      "weak contrast count for more");
  binder.path("--fine-style", options.fine_style,
              "Painting whose fine strokes are taken, while --style gives the larger forms; painted onto that first");
}

void validate_styles(const JobOptions& options) {
  const size_t styles = options.styles.size();
  if (const std::vector<double>& shares = options.style_shares; !shares.empty()) {
    if (styles == 1) reject("--style-blend does nothing with one --style; name several, or leave it out");
    check_count("--style-blend", shares.size() == 1 ? "share" : "shares", shares.size(), styles);
    for (const double share : shares) check_not_negative("style-blend", share);
    if (std::all_of(shares.begin(), shares.end(), [](double share) { return share == 0; })) {
      reject("--style-blend is " + decimals_text(shares) + " but one of the shares must be above 0");
    }
  }
  if (!options.fine_style.empty()) {
    if (styles > 1)
      reject("--fine-style goes with one --style, but there are " + std::to_string(styles) + "; name one of them");
    if (options.stylize.objective.fine_style_layers().empty()) {
      reject(
          "--fine-style takes strokes in layers up to relu2_1, but --style-layers names none of these; add relu1_1 and "
          "relu2_1, or leave --fine-style out");
    }
  }
  if (const std::vector<double>& scales = options.style_scales; !scales.empty()) {
    check_count("--style-scale", "numbers", scales.size(), styles);
    for (const double scale : scales) check_positive("style-scale", scale);
  }
}

std::string decimals_text(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text.append(text.empty() ? "" : ",").append(decimal_text(value));
  return text;
}

std::string style_scale_text(const JobOptions& options) {
  return options.style_scales.empty() ? decimal_text(options.stylize.style_scale) : decimals_text(options.style_scales);
}

}  // namespace styler::app
