#include "styler/app/job/score.hpp"

#include <fmt/format.h>

#include <utility>

#include "styler/core/picture/on_white.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/options/scales.hpp"

namespace styler::app {
namespace {

Machine judging_machine(MachineOptions options, spdlog::logger& log) {
  options.device.precision = Precision::Fp32;
  return set_up_machine(options, {judging_network()}, log);
}

double figure_of(const PictureMeter::Measures& measures, Figure figure) {
  return measures.figures[static_cast<size_t>(figure)];
}

}  // namespace

NetworkRequest judging_network() { return {PictureMeter::layers(), Pooling::Max, ObjectiveOptions().padding}; }

Size judged_painting_size(Size painting, Size result, int64_t min_edge) {
  return style_size(painting, result, 1.0, min_edge);
}

std::string score_text(const PictureScore& score) {
  const std::string style = fmt::format("style {:.3g}", score.style);
  return score.content ? fmt::format("content {:.3g}, ", *score.content) + style : style;
}

PictureScorer::PictureScorer(MachineOptions options, spdlog::logger& log)
    : machine_(judging_machine(std::move(options), log)),
      meter_(machine_.network(), machine_.choice.weights_convention) {}

at::Tensor PictureScorer::looked_at(const Picture& picture, Size size) const {
  return resized(on_white(picture), size).clamp(0, 1).to(machine_.choice.device.device);
}

PictureScore PictureScorer::of(const Picture& result, const StylizeInput& from) {
  const Size size = picture_size(result.colour);
  const at::Tensor picture = looked_at(result, size);
  const at::Tensor photo = from.content.colour.defined() ? looked_at(from.content, size) : at::Tensor();
  PictureScore score;
  double weights = 0;
  for (const StyleSource& style : from.styles) {
    const Size painting_size =
        judged_painting_size(picture_size(style.picture.colour), size, machine_.network().min_edge());
    const PaintingLook look = meter_.look_at(looked_at(style.picture, painting_size));
    const PictureMeter::Measures measures = meter_.measure(picture, photo, &look);
    score.style += style.weight * figure_of(measures, Figure::Style);
    weights += style.weight;
    if (photo.defined()) score.content = figure_of(measures, Figure::Content);
  }
  score.style /= weights;
  return score;
}

}  // namespace styler::app
