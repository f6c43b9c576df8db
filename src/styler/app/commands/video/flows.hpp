#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "styler/app/commands/video/frame.hpp"
#include "styler/app/commands/video/options.hpp"

namespace styler::app {

/// `backward_[%d]_{%d}.flo` for motion from a frame to another, both counted from 1.
/// \throws Error{InvalidArgument} for what is no such pattern.
std::string flow_file(const std::string& pattern, int64_t frame, int64_t other);

/// Keeps the frames that later ones have to do with, and finds the motion between them.
class FrameFlows {
 public:
  /// \param options  must outlive this.
  /// \param method   for motion that no file tells of.
  FrameFlows(const VideoOptions& options, FlowMethod method) : options_(options), method_(method) {}

  /// The next frame. Forgets those that are too far back for another.
  /// \param wants_flows  false for one that is painted already.
  /// \returns motion to those of its shot that it is to be held near to; none where it begins one or repeats.
  std::vector<FrameFlow> add(const FilmFrame& frame, bool begins_shot, bool wants_flows);

 private:
  Flow between(int64_t frame, int64_t other) const;

  const VideoOptions& options_;
  FlowMethod method_;
  std::map<int64_t, at::Tensor> earlier_;  ///< Of this shot: grey, 8 bits.
};

}  // namespace styler::app
