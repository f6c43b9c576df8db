#include "styler/app/commands/video/painter.hpp"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <utility>

#include "styler/app/films/bytes.hpp"
#include "styler/base/clock.hpp"
#include "styler/base/error.hpp"

namespace styler::app {
namespace {

/// A first frame of which less is told by a key frame to come is painted as a picture is.
constexpr double kHardlyKnown = 0.5;

/// How far a frame goes towards what its neighbour expects of it in one pass.
constexpr double kShareOfNeighbour = 0.5;

bool repeats(const FrameTask& task) { return task.film.repeats && !task.begins_shot; }

/// The way to the frame right before, where it is known.
const FrameFlow* flow_back(const FrameTask& task) {
  if (task.flows.empty() || task.flows.front().other != task.film.index - 1) return nullptr;
  return &task.flows.front();
}

/// The frame of a group that is next to be looked at in this direction and shows something else.
const FrameTask* neighbour(const FrameGroup& group, size_t frame, bool backwards) {
  size_t i = frame;
  while (backwards ? i + 1 < group.frames.size() : i > 0) {
    i = backwards ? i + 1 : i - 1;
    if (!repeats(group.frames[i])) return &group.frames[i];
  }
  return nullptr;
}

}  // namespace

const at::Tensor& FilmPainter::painting_of(int64_t frame) const {
  if (const at::Tensor* const key = keys_.painting_of(frame)) return *key;
  const auto painted = painted_.find(frame);
  // What comes after the last frame of a film that loops.
  return painted != painted_.end() ? painted->second : first_painted_;
}

Relation FilmPainter::relation(const FrameFlow& flow) const {
  return {from_bytes(painting_of(flow.other)), flow.back, flow.forth, flow.weight};
}

void FilmPainter::begin_shot(const FilmFrame& first) {
  painter_.begin_shot(first);
  painted_.clear();
  shot_colours_ = {};
}

void FilmPainter::learn_colours(const FilmFrame& film, const at::Tensor& painted) {
  shot_colours_ = match_map(colour_statistics(film.picture), colour_statistics({from_bytes(painted), {}}));
}

void FilmPainter::take(const FilmFrame& film, int64_t shot, const at::Tensor& painted, const at::Tensor& shown) {
  if (film.index == 0) first_painted_ = painted;
  if (film.index < shot) return;
  if (film.index == shot) {
    begin_shot(film);
    learn_colours(film, painted);
  }
  painted_[film.index] = painted;
  if (options_.judges()) judge_.take(film.index, film.index == shot, film.picture.colour, shown);
}

at::Tensor FilmPainter::in_colours(const FrameTask& task) const {
  const Picture& frame = task.film.picture;
  if (shot_colours_) return mapped(frame.colour, shot_colours_);
  STYLER_ASSERT(task.approach.has_value());
  const at::Tensor& key = painting_of(task.approach.value().flow.other);
  return mapped(frame.colour, match_map(colour_statistics(frame), colour_statistics({from_bytes(key), {}})));
}

Carried FilmPainter::expected(const FrameTask& task) const {
  const Picture& frame = task.film.picture;
  std::vector<Relation> relations;
  relations.reserve(task.flows.size());
  for (const FrameFlow& flow : task.flows) relations.push_back(relation(flow));
  Carried carried = carried_along(relations, painter_.begins_from_film() ? in_colours(task) : frame.colour);
  if (!task.approach) return carried;
  return on_the_way(carried, relation(task.approach->flow), task.approach->share);
}

bool FilmPainter::paint(const FrameTask& task, double effort, FrameRecord& record) {
  const double start = seconds_now();
  const FilmFrame& film = task.film;
  record.index = film.index;
  record.film_seconds = film.seconds;
  record.begins_shot = task.begins_shot;
  record.repeats = repeats(task) && painted_.contains(film.index - 1);
  const bool is_first = task.begins_shot || (task.flows.empty() && !record.repeats && painted_.empty());
  if (is_first) begin_shot(film);
  at::Tensor bytes;
  if (const at::Tensor* const key = keys_.painting_of(film.index)) {
    record.is_key = true;
    bytes = *key;
  } else if (record.repeats) {
    bytes = painted_.at(film.index - 1);
    record.coverage = 1;
  } else {
    at::Tensor painted;
    const bool expects = !is_first || task.approach;
    const Carried carried = expects ? expected(task) : Carried();
    if (!is_first || (expects && carried.coverage >= kHardlyKnown)) {
      record.coverage = carried.coverage;
      painted = painter_.follow(task, carried, effort, record);
    } else {
      painted = painter_.first(task, record);
    }
    if (!painted.defined()) return false;
    bytes = as_bytes(painted);
  }
  if (!shot_colours_) learn_colours(film, bytes);
  if (film.index == 0) first_painted_ = bytes;
  painted_[film.index] = bytes;
  record.seconds = seconds_now() - start;
  return true;
}

bool FilmPainter::go_over(const FrameGroup& group, bool backwards, std::vector<FrameRecord>& records) {
  const size_t count = group.frames.size();
  for (size_t step = 0; step < count; ++step) {
    const size_t i = backwards ? count - 1 - step : step;
    const FrameTask& task = group.frames[i];
    const FilmFrame& film = task.film;
    if (keys_.painting_of(film.index) != nullptr || repeats(task)) continue;
    const double start = seconds_now();
    Relation beside;
    if (backwards) {
      const FrameTask* const next = neighbour(group, i, backwards);
      const FrameFlow* const flow = next == nullptr ? nullptr : flow_back(*next);
      if (flow == nullptr) continue;
      beside = {from_bytes(painting_of(next->film.index)), flow->forth, flow->back, {}};
      if (!flow->forth.defined()) continue;  // others' weights tell of one way alone
    } else {
      const FrameFlow* const flow = flow_back(task);
      if (flow == nullptr) continue;
      beside = relation(*flow);
    }
    const at::Tensor own = from_bytes(painted_.at(film.index));
    Carried carried = carried_along({beside}, own);
    carried.start = own + kShareOfNeighbour * (carried.start - own);
    const at::Tensor painted = painter_.again(task, carried, records[i]);
    if (!painted.defined()) return false;
    painted_[film.index] = as_bytes(painted);
    records[i].seconds += seconds_now() - start;
  }
  for (const FrameTask& task : group.frames) {
    const int64_t index = task.film.index;
    if (repeats(task) && keys_.painting_of(index) == nullptr && painted_.contains(index - 1)) {
      painted_[index] = painted_.at(index - 1);
    }
  }
  return true;
}

std::optional<std::vector<PaintedFrame>> FilmPainter::paint(FrameGroup group) {
  std::vector<FrameRecord> records(group.frames.size());
  if (group.key) {
    if (!paint(group.frames[*group.key], 1, records[*group.key])) return std::nullopt;
    records[*group.key].is_key = true;
  }
  for (size_t i = 0; i < group.frames.size(); ++i) {
    const double effort = group.key && i < *group.key ? kEffortBetween : 1;
    if (group.key != i && !paint(group.frames[i], effort, records[i])) return std::nullopt;
  }
  for (int64_t pass = 2; pass <= options_.passes; ++pass) {
    if (!go_over(group, /*backwards=*/pass % 2 == 0, records)) return std::nullopt;
  }
  if (const FilmFrame& first = group.frames.front().film; options_.passes > 1 && group.frames.front().begins_shot) {
    learn_colours(first, painted_.at(first.index));  // which a resumed run finds, and not those of the first pass
  }
  std::vector<PaintedFrame> result;
  for (size_t i = 0; i < group.frames.size(); ++i) {
    FilmFrame& film = group.frames[i].film;
    const at::Tensor& painted = painted_.at(film.index);
    const double opacity = keys_.painting_of(film.index) != nullptr ? 1 : painter_.opacity(film.seconds);
    const at::Tensor shown =
        opacity == 1 ? painted : as_bytes(at::lerp(film.picture.colour, from_bytes(painted), opacity));
    if (options_.judges()) judge_.judge(records[i], film.picture.colour, shown);
    result.push_back({std::move(film), painted, shown, records[i], i + 1 == records.size()});
  }
  if (result.front().record.index == 0) first_painted_ = result.front().painted;
  const int64_t last = result.back().record.index;
  while (painted_.begin()->first < last - options_.reach()) painted_.erase(painted_.begin());
  return result;
}

}  // namespace styler::app
