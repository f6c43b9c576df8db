#include "styler/app/films/film_figures.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "styler/app/films/bytes.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

using FrameFigure = std::function<std::optional<double>(const FrameRecord&)>;

/// Over the frames that have it.
json mean_of(const std::vector<FrameRecord>& frames, const FrameFigure& figure) {
  double sum = 0, count = 0;
  for (const FrameRecord& frame : frames) {
    if (const auto value = figure(frame)) {
      sum += *value;
      ++count;
    }
  }
  return count > 0 ? json(sum / count) : json();
}

std::optional<double> warping_error(const FrameRecord& frame) {
  return frame.pair ? std::optional(frame.pair->warping_error) : std::nullopt;
}

}  // namespace

void FilmJudge::keep(int64_t index, Earlier judged) {
  earlier_[index] = std::move(judged);
  while (earlier_.begin()->first <= index - kLongTermFrames) earlier_.erase(earlier_.begin());
}

void FilmJudge::take(int64_t index, bool begins_shot, const at::Tensor& frame, const at::Tensor& painted) {
  if (begins_shot) earlier_.clear();
  keep(index, {as_bytes(frame), painted});
}

void FilmJudge::judge(FrameRecord& record, const at::Tensor& frame, const at::Tensor& painted) {
  const at::Tensor picture = from_bytes(painted);
  record.sharpness = sharpness(picture);
  record.mean_colour = mean_colour(picture);
  if (record.begins_shot) earlier_.clear();
  const at::Tensor bytes = as_bytes(frame), shown = from_bytes(bytes);
  const auto beside = [&](int64_t index) -> std::optional<PairFigures> {
    const auto found = earlier_.find(index);
    if (found == earlier_.end()) return std::nullopt;
    return pair_figures(shown, from_bytes(found->second.frame), picture, from_bytes(found->second.painted));
  };
  record.pair = beside(record.index - 1);
  record.long_term = beside(record.index - kLongTermFrames);
  keep(record.index, {bytes, painted});
}

double colour_drift(const FrameRecord& frame, const FrameRecord& first) {
  double sum = 0;
  for (size_t i = 0; i < frame.mean_colour.size(); ++i) {
    sum += std::pow(frame.mean_colour.at(i) - first.mean_colour.at(i), 2);
  }
  return std::sqrt(sum);
}

json film_figures_json(const std::vector<FrameRecord>& frames) {
  const auto floor = [](const FrameRecord& frame) {
    return frame.pair ? std::optional(frame.pair->floor) : std::nullopt;
  };
  const auto long_term = [](const FrameRecord& frame) {
    return frame.long_term ? std::optional(frame.long_term->warping_error) : std::nullopt;
  };
  const auto long_term_floor = [](const FrameRecord& frame) {
    return frame.long_term ? std::optional(frame.long_term->floor) : std::nullopt;
  };
  const FrameRecord* worst = nullptr;
  for (const FrameRecord& frame : frames) {
    if (!frame.pair) continue;
    if (worst == nullptr || !worst->pair || frame.pair->warping_error > worst->pair->warping_error) worst = &frame;
  }
  double least_sharp = 1, most_drift = 0;
  const FrameRecord* first = nullptr;
  for (const FrameRecord& frame : frames) {
    if (frame.begins_shot) first = &frame;
    if (first == nullptr || !(first->sharpness > 0)) continue;
    least_sharp = std::min(least_sharp, frame.sharpness / first->sharpness);
    most_drift = std::max(most_drift, colour_drift(frame, *first));
  }
  return {{"warping_error", mean_of(frames, warping_error)},
          {"warping_error_of_film", mean_of(frames, floor)},
          {"long_term_error", mean_of(frames, long_term)},
          {"long_term_error_of_film", mean_of(frames, long_term_floor)},
          {"worst_pair", worst != nullptr ? json(worst->index + 1) : json()},
          {"least_sharpness", least_sharp},
          {"most_colour_drift", most_drift}};
}

}  // namespace styler::app
