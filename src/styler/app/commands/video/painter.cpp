#include "styler/app/commands/video/painter.hpp"

#include <utility>
#include <vector>

#include "styler/base/clock.hpp"
#include "styler/video/motion/figures.hpp"

namespace styler::app {

void FilmPainter::keep(int64_t index, const at::Tensor& painted) {
  painted_[index] = painted;
  while (painted_.begin()->first < index - options_.relations.back()) painted_.erase(painted_.begin());
}

void FilmPainter::take(const FilmFrame& film, bool begins_shot, const at::Tensor& painted) {
  if (begins_shot) {
    painter_.begin_shot(film);
    painted_.clear();
    shot_colours_ = match_map(colour_statistics(film.picture), colour_statistics({from_bytes(painted), {}}));
  }
  keep(film.index, painted);
  if (!options_.report.empty()) before_ = film.picture.colour;
}

void FilmPainter::judge(const PaintedFrame& frame, FrameRecord& record) const {
  const at::Tensor painted = from_bytes(frame.painted);
  record.sharpness = sharpness(painted);
  record.mean_colour = mean_colour(painted);
  const auto last = painted_.find(record.index - 1);
  if (record.begins_shot || last == painted_.end() || !before_.defined()) return;
  record.pair = pair_figures(frame.film.picture.colour, before_, painted, from_bytes(last->second));
}

std::optional<PaintedFrame> FilmPainter::paint(FrameTask task) {
  const double start = seconds_now();
  const Picture& frame = task.film.picture;
  FrameRecord record;
  record.index = task.film.index;
  record.film_seconds = task.film.seconds;
  record.begins_shot = task.begins_shot;
  record.repeats = task.film.repeats && !task.begins_shot && !painted_.empty();
  at::Tensor bytes;
  if (record.repeats) {
    bytes = painted_.rbegin()->second;
    record.coverage = 1;
  } else if (task.flows.empty()) {
    painter_.begin_shot(task.film);
    painted_.clear();
    const at::Tensor painted = painter_.first(frame, record);
    if (!painted.defined()) return std::nullopt;
    bytes = as_bytes(painted);
    shot_colours_ = match_map(colour_statistics(frame), colour_statistics({from_bytes(bytes), {}}));
  } else {
    std::vector<Relation> relations;
    relations.reserve(task.flows.size());
    for (FrameFlow& flow : task.flows) {
      relations.push_back({from_bytes(painted_.at(flow.earlier)), std::move(flow.back), std::move(flow.forth)});
    }
    const Carried carried = carried_along(relations, mapped(frame.colour, shot_colours_));
    record.coverage = carried.coverage;
    const at::Tensor painted = painter_.follow(frame, carried, record);
    if (!painted.defined()) return std::nullopt;
    bytes = as_bytes(painted);
  }
  record.seconds = seconds_now() - start;
  PaintedFrame result{std::move(task.film), bytes, {}};
  if (!options_.report.empty()) {
    judge(result, record);
    before_ = result.film.picture.colour;
  }
  keep(record.index, bytes);
  result.record = record;
  return result;
}

}  // namespace styler::app
