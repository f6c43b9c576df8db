#include "styler/app/commands/video/flows.hpp"

#include <string_view>

#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/video/motion/flo_file.hpp"

namespace styler::app {
namespace {

/// Replaces `[%04d]` or `{%d}` by a number.
void put_number(std::string& text, char open, char close, int64_t number, const std::string& pattern) {
  const size_t begin = text.find(std::string(1, open) + "%");
  const size_t end = begin == std::string::npos ? begin : text.find(close, begin);
  if (end == std::string::npos || text[end - 1] != 'd') {
    reject("--flow-pattern is " + styler::quoted(pattern) + " but must hold " + open + "%d" + close +
           ", as in 'backward_[%d]_{%d}.flo'");
  }
  const std::string digits = text.substr(begin + 2, end - begin - 3);
  std::string written = std::to_string(number);
  if (digits.find_first_not_of("0123456789") != std::string::npos || digits.size() > 2) {
    reject("--flow-pattern is " + styler::quoted(pattern) +
           " but between % and d there can only be a number of digits");
  }
  const size_t width = digits.empty() ? 0 : std::stoul(digits);
  if (written.size() < width) written.insert(0, width - written.size(), '0');
  text.replace(begin, end - begin + 1, written);
}

}  // namespace

std::string flow_file(const std::string& pattern, int64_t frame, int64_t other) {
  std::string name = pattern;
  constexpr std::string_view kBackward = "backward";
  const size_t word = name.rfind(kBackward);
  if (other > frame && word != std::string::npos) name.replace(word, kBackward.size(), "forward");
  put_number(name, '[', ']', frame + 1, pattern);
  put_number(name, '{', '}', other + 1, pattern);
  return name;
}

Flow FrameFlows::between(int64_t frame, int64_t other) const {
  const at::Tensor& from = earlier_.at(frame);
  if (options_.flow_pattern.empty()) return flow_between(from, earlier_.at(other), method_);
  return read_flo_file(flow_file(options_.flow_pattern, frame, other), picture_size(from));
}

std::vector<FrameFlow> FrameFlows::add(const FilmFrame& frame, bool begins_shot, bool wants_flows) {
  if (begins_shot) earlier_.clear();
  earlier_[frame.index] = grey_picture(frame.picture.colour);
  while (earlier_.begin()->first < frame.index - options_.relations.back()) earlier_.erase(earlier_.begin());
  std::vector<FrameFlow> flows;
  if (!wants_flows || frame.repeats) return flows;
  for (const int64_t distance : options_.relations) {
    const int64_t earlier = frame.index - distance;
    if (!earlier_.contains(earlier)) continue;
    flows.push_back({earlier, between(frame.index, earlier), between(earlier, frame.index)});
  }
  // Near its beginning a shot has nothing so far back but that beginning.
  if (flows.empty() && earlier_.size() > 1) {
    const int64_t earlier = earlier_.begin()->first;
    flows.push_back({earlier, between(frame.index, earlier), between(earlier, frame.index)});
  }
  return flows;
}

}  // namespace styler::app
