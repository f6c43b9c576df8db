#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <optional>

#include "styler/app/commands/video/frame.hpp"
#include "styler/app/commands/video/options.hpp"
#include "styler/core/colour/colour_transfer.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/video/motion/carry.hpp"

namespace styler::app {

/// Paints single frames: by the optimiser, or with a generator.
class FramePainter {
 public:
  virtual ~FramePainter() = default;
  /// What follows is of a shot that begins with this frame; it may be painted already.
  virtual void begin_shot(const FilmFrame& first) = 0;
  /// The shot's first frame. \returns [1, 3, H, W]; undefined when a signal has stopped it.
  virtual at::Tensor first(const Picture& frame, FrameRecord& record) = 0;
  /// Another one, for which earlier ones lead to expect something.
  virtual at::Tensor follow(const Picture& frame, const Carried& carried, FrameRecord& record) = 0;
};

/// The frames of a film one after the other, each with what was painted before it.
class FilmPainter {
 public:
  /// \param options, painter  must outlive this.
  FilmPainter(const VideoOptions& options, FramePainter& painter) : options_(options), painter_(painter) {}

  /// Takes a frame that an earlier run has painted. Called for the first frame of the shot in work, and for all that
  /// later ones look back to, in their order.
  void take(const FilmFrame& film, bool begins_shot, const at::Tensor& painted);

  /// Nothing when a signal has stopped it.
  std::optional<PaintedFrame> paint(FrameTask task);

 private:
  void keep(int64_t index, const at::Tensor& painted);
  void judge(const PaintedFrame& frame, FrameRecord& record) const;

  const VideoOptions& options_;
  FramePainter& painter_;
  std::map<int64_t, at::Tensor> painted_;  ///< Of this shot, 8 bits.
  ColourMap shot_colours_;                 ///< From the film's to the painting's.
  at::Tensor before_;                      ///< The frame before of the same shot, where it is to be judged.
};

}  // namespace styler::app
