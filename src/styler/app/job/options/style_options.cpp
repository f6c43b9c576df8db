#include "styler/app/job/options/style_options.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "styler/base/error.hpp"
#include "styler/base/text/checks.hpp"
#include "styler/base/text/parse_text.hpp"

namespace styler::app {
namespace {

/// \param what  `--style-blend has 3 shares`
void check_count(const std::string& what, size_t count, size_t styles) {
  if (count == styles) return;
  reject(what + ", but --style names " + std::to_string(styles) + (styles == 1 ? " style" : " styles") +
         "; give one for each, in their order");
}

}  // namespace

void validate_shares(const std::vector<double>& shares) {
  for (const double share : shares) check_not_negative("style-blend", share);
  if (std::all_of(shares.begin(), shares.end(), [](double share) { return share == 0; })) {
    reject("--style-blend is " + decimals_text(shares) + " but one of the shares must be above 0");
  }
  if (!std::isfinite(std::accumulate(shares.begin(), shares.end(), 0.0))) {
    reject("--style-blend is " + decimals_text(shares) +
           " but the sum of the shares must be a number; use smaller ones of the same proportions, as in 3,1");
  }
}

void validate_styles(const JobOptions& options) {
  const size_t styles = options.styles.size();
  if (const std::vector<double>& shares = options.style_shares; !shares.empty()) {
    if (styles == 1) reject("--style-blend does nothing with one --style; name several, or leave it out");
    check_count("--style-blend has " + std::to_string(shares.size()) + (shares.size() == 1 ? " share" : " shares"),
                shares.size(), styles);
    validate_shares(shares);
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
    check_count("--style-scale has " + std::to_string(scales.size()) + " numbers", scales.size(), styles);
    for (const double scale : scales) check_positive("style-scale", scale);
  }
}

}  // namespace styler::app
