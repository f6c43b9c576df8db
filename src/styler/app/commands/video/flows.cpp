#include "styler/app/commands/video/flows.hpp"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/image/image_io.hpp"
#include "styler/video/motion/flo_file.hpp"

namespace styler::app {
namespace {

/// Those that several passes go over at a time: two thirds of a second, in memory at once.
constexpr int64_t kFramesOfPass = 16;

/// From so many frames before a painted one on, paint goes over into its: a second.
constexpr int64_t kFramesOfApproach = 25;

/// Keeps shares of regions from being divided by nothing.
constexpr double kLeastShares = 1e-3;

/// How far each pixel of others' flow can be relied on: white is wholly.
at::Tensor read_weight(const std::filesystem::path& file, Size size) {
  const at::Tensor colour = read_picture(file).colour;
  if (!(picture_size(colour) == size)) {
    throw Error(ErrorCode::Input, "flow weights " + quoted(file) + " are of " + size_text(picture_size(colour)) +
                                      ", but the frames are worked on at " + size_text(size) +
                                      "; make them of that size, or give the film another --size");
  }
  return colour.narrow(1, 0, 1).contiguous();
}

/// Replaces `[%04d]` or `{%d}` by a number.
void put_number(std::string& text, char open, char close, int64_t number, const std::string& option,
                const std::string& pattern) {
  const size_t begin = text.find(std::string(1, open) + "%");
  const size_t end = begin == std::string::npos ? begin : text.find(close, begin);
  if (end == std::string::npos || text[end - 1] != 'd') {
    reject(option + " is " + styler::quoted(pattern) + " but must hold " + open + "%d" + close +
           ", as in 'backward_[%d]_{%d}.flo'");
  }
  const std::string digits = text.substr(begin + 2, end - begin - 3);
  std::string written = std::to_string(number);
  if (digits.find_first_not_of("0123456789") != std::string::npos || digits.size() > 2) {
    reject(option + " is " + styler::quoted(pattern) + " but between % and d there can only be a number of digits");
  }
  const size_t width = digits.empty() ? 0 : std::stoul(digits);
  if (written.size() < width) written.insert(0, width - written.size(), '0');
  text.replace(begin, end - begin + 1, written);
}

}  // namespace

std::string flow_file(const std::string& option, const std::string& pattern, int64_t frame, int64_t other) {
  std::string name = pattern;
  constexpr std::string_view kBackward = "backward";
  const size_t word = name.rfind(kBackward);
  if (other > frame && word != std::string::npos) name.replace(word, kBackward.size(), "forward");
  put_number(name, '[', ']', frame + 1, option, pattern);
  put_number(name, '{', '}', other + 1, option, pattern);
  return name;
}

int64_t end_of_group(const VideoOptions& options, const FilmSurvey& survey, int64_t first) {
  int64_t frames = 1;
  if (options.keyframe_every > 1) {
    frames = survey.begins_shot(first) ? 1 : options.keyframe_every;
  } else if (options.passes > 1) {
    frames = kFramesOfPass;
  }
  return std::min(first + frames, survey.end_of_shot(first));
}

FrameFlow FrameFlows::flow_to(int64_t frame, int64_t other, const at::Tensor& there) const {
  const at::Tensor& here = grey_.at(frame);
  FrameFlow flow;
  flow.other = other;
  const std::string file =
      options_.flow_pattern.empty() ? "" : flow_file("--flow-pattern", options_.flow_pattern, frame, other);
  // Others' files are of the frames that --relations names; a key frame may lie elsewhere.
  const bool is_named = std::ranges::find(options_.relations, frame - other) != options_.relations.end();
  std::error_code unknown;
  if (file.empty() || (!is_named && !std::filesystem::exists(file, unknown))) {
    flow.back = flow_between(here, there, method_);
    flow.forth = flow_between(there, here, method_);
    return flow;
  }
  flow.back = read_flo_file(file, picture_size(here));
  if (options_.flow_weight_pattern.empty()) {
    flow.forth = read_flo_file(flow_file("--flow-pattern", options_.flow_pattern, other, frame), picture_size(here));
  } else {
    flow.weight =
        read_weight(flow_file("--flow-weight-pattern", options_.flow_weight_pattern, frame, other), picture_size(here));
  }
  return flow;
}

std::vector<FrameFlow> FrameFlows::flows_back(int64_t frame, int64_t step) const {
  std::vector<FrameFlow> flows;
  const auto add = [&](int64_t earlier) {
    const auto there = grey_.find(earlier);
    if (there != grey_.end()) flows.push_back(flow_to(frame, earlier, there->second));
  };
  if (step > 1) add(frame - step);
  for (const int64_t distance : options_.relations) {
    if (step == 1 || distance > step) add(frame - distance);
  }
  // Near its beginning a shot has nothing so far back but that beginning.
  if (flows.empty() && grey_.begin()->first < frame) add(grey_.begin()->first);
  return flows;
}

std::optional<Approach> FrameFlows::approach(int64_t frame, int64_t step, std::optional<int64_t> key) const {
  const auto way = [&](int64_t target, const at::Tensor& there) {
    const double share = static_cast<double>(step) / static_cast<double>(target - frame + step);
    return Approach{flow_to(frame, target, there), share};
  };
  const int64_t end = survey_.end_of_shot(frame);
  const auto painted = keys_.behind(frame);
  if (painted && *painted < end && (!key || *painted < *key) &&
      (*painted - frame <= kFramesOfApproach || survey_.begins_shot(frame))) {
    return way(*painted, keys_.grey_of(*painted));
  }
  if (key) return way(*key, grey_.at(*key));
  // The frame that comes after the last one is the first.
  const bool is_near_end = end == survey_.frames && end - frame <= kFramesOfApproach;
  if (options_.loop && is_near_end && frame > 0) return way(end, first_);
  return std::nullopt;
}

void FrameFlows::keep(const FilmFrame& frame) {
  grey_[frame.index] = grey_picture(frame.picture.colour);
  if (options_.loop && frame.index == 0) first_ = grey_.at(0);
}

void FrameFlows::carry_regions(const FilmFrame& frame) {
  const auto before = grey_.find(frame.index - 1);
  if (regions_.empty() || frame.repeats || before == grey_.end()) return;
  const Flow back = flow_between(grey_.at(frame.index), before->second, method_);
  at::Tensor sum;
  for (at::Tensor& share : regions_) {
    share = warped(share, back);
    sum = sum.defined() ? sum + share : share;
  }
  for (at::Tensor& share : regions_) share = share / sum.clamp_min(kLeastShares);
}

void FrameFlows::pass(const FilmFrame& frame) {
  if (survey_.begins_shot(frame.index)) grey_.clear();
  keep(frame);
  carry_regions(frame);
  while (grey_.begin()->first < frame.index - options_.reach()) grey_.erase(grey_.begin());
}

FrameGroup FrameFlows::group(std::vector<FilmFrame> frames) {
  STYLER_ASSERT(!frames.empty());
  const int64_t first = frames.front().index;
  const bool begins = survey_.begins_shot(first);
  if (begins) grey_.clear();
  for (const FilmFrame& frame : frames) keep(frame);
  FrameGroup group;
  if (options_.keyframe_every > 1 && !begins) {
    size_t last = frames.size() - 1;
    while (last > 0 && frames[last].repeats) --last;
    group.key = last;
  }
  const int64_t last = frames.back().index;
  for (size_t i = 0; i < frames.size(); ++i) {
    const int64_t index = frames[i].index;
    FrameTask task;
    task.begins_shot = survey_.begins_shot(index);
    carry_regions(frames[i]);
    task.regions = regions_;
    const bool is_new = task.begins_shot || !frames[i].repeats;
    if (is_new && keys_.painting_of(index) == nullptr) {
      const bool is_key = group.key == i;
      const int64_t step = is_key ? index - first + 1 : 1;
      if (!task.begins_shot) task.flows = flows_back(index, step);
      const bool has_key_ahead = group.key && i < *group.key;
      task.approach =
          approach(index, step, has_key_ahead ? std::optional(first + static_cast<int64_t>(*group.key)) : std::nullopt);
    }
    task.film = std::move(frames[i]);
    group.frames.push_back(std::move(task));
  }
  while (grey_.begin()->first < last - options_.reach()) grey_.erase(grey_.begin());
  return group;
}

}  // namespace styler::app
