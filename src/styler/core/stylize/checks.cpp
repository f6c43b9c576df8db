#include "styler/core/stylize/checks.hpp"

#include <string>

#include "styler/base/checks.hpp"
#include "styler/base/error.hpp"
#include "styler/core/picture/mirror.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler {

void check_picture(const Picture& picture) {
  const at::Tensor& colour = picture.colour;
  STYLER_ASSERT(colour.dim() == 4 && colour.size(0) == 1 && colour.size(1) == 3);
  STYLER_ASSERT(colour.scalar_type() == at::kFloat);
  if (!picture.alpha.defined()) return;
  STYLER_ASSERT(picture.alpha.dim() == 4 && picture.alpha.size(1) == 1);
  STYLER_ASSERT(picture_size(picture.alpha) == picture_size(colour));
}

void check_styles(const std::vector<StyleSource>& styles) {
  STYLER_ASSERT(!styles.empty());
  double shares = 0;
  for (const StyleSource& style : styles) {
    check_picture(style.picture);
    check_not_negative("the share of a style", style.weight);
    check_positive("the scale of a style", style.scale);
    shares += style.weight;
  }
  if (shares > 0) return;
  throw Error(ErrorCode::InvalidArgument, "the shares of all styles are 0 but one must be above; leave them out");
}

void check_visible(const std::string& which, const at::Tensor& alpha) {
  if (!alpha.defined() || alpha.sum(at::kDouble).item<double>() > 0) return;
  throw Error(ErrorCode::Input, "the " + which +
                                    " is transparent everywhere, or too little of it is visible at the size "
                                    "asked for; use one with something opaque in it");
}

void check_fits(const RunState& state, const std::vector<Scale>& schedule, int64_t min_edge) {
  bool fits = state.done.size() < schedule.size();
  for (size_t i = 0; fits && i < state.done.size(); ++i) fits = state.done[i].scale == schedule[i];
  if (fits) {
    const Scale& scale = schedule[state.done.size()];
    const Size size = enlarged_to(scale.size, min_edge);
    const MinimizerState& minimizer = state.minimizer;
    fits = state.plans.size() == schedule.size() && minimizer.summary.iterations >= 0 &&
           minimizer.summary.iterations < scale.iterations;
    for (const at::Tensor* picture : {&minimizer.x, &minimizer.best, &minimizer.accepted}) {
      fits = fits && picture->defined() && picture->scalar_type() == at::kFloat &&
             picture->sizes() == at::IntArrayRef{1, 3, size.height, size.width};
    }
  }
  if (fits) return;
  throw Error(ErrorCode::Input,
              "the state to go on from is of a run with other sizes or iterations; use the same pictures and options, "
              "or begin anew");
}

}  // namespace styler
