#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "styler/app/commands/video/frame.hpp"
#include "styler/app/commands/video/key_frames.hpp"
#include "styler/app/commands/video/options.hpp"
#include "styler/app/films/survey.hpp"

namespace styler::app {

/// `backward_[%d]_{%d}.flo` for motion from a frame to another, both counted from 1.
/// \param option  that the pattern is of.
/// \throws Error{InvalidArgument} for what is no such pattern.
std::string flow_file(const std::string& option, const std::string& pattern, int64_t frame, int64_t other);

/// The index behind the last frame of the group that begins with this one: of a shot's key frame and those before it,
/// or of as many as several passes go over at a time. Groups begin with a shot, wherever a run does.
int64_t end_of_group(const VideoOptions& options, const FilmSurvey& survey, int64_t first);

/// Keeps the frames that later ones have to do with, and finds the motion between them.
class FrameFlows {
 public:
  /// \param options, survey, keys  must outlive this.
  /// \param method                 for motion that no file tells of.
  /// \param regions                of the film's first frame, to be carried along; may be empty.
  FrameFlows(const VideoOptions& options, FlowMethod method, const FilmSurvey& survey, const KeyFrames& keys,
             std::vector<at::Tensor> regions)
      : options_(options), method_(method), survey_(survey), keys_(keys), regions_(std::move(regions)) {}

  /// The next frame, which is painted already.
  void pass(const FilmFrame& frame);
  /// The next frames with the motion to those of their shot that they are to be held near to.
  FrameGroup group(std::vector<FilmFrame> frames);

 private:
  void keep(const FilmFrame& frame);
  /// Takes the regions to this frame, from the one before it.
  void carry_regions(const FilmFrame& frame);
  FrameFlow flow_to(int64_t frame, int64_t other, const at::Tensor& there) const;
  /// To earlier frames, those in between left out: a group's key is painted before them.
  std::vector<FrameFlow> flows_back(int64_t frame, int64_t step) const;
  std::optional<Approach> approach(int64_t frame, int64_t step, std::optional<int64_t> key) const;

  const VideoOptions& options_;
  FlowMethod method_;
  const FilmSurvey& survey_;
  const KeyFrames& keys_;
  std::map<int64_t, at::Tensor> grey_;  ///< Of this shot: grey, 8 bits.
  std::vector<at::Tensor> regions_;     ///< Of the newest frame.
  at::Tensor first_;                    ///< Of the film, where it loops.
};

}  // namespace styler::app
