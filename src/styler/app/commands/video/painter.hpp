#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "styler/app/commands/video/frame.hpp"
#include "styler/app/commands/video/key_frames.hpp"
#include "styler/app/commands/video/options.hpp"
#include "styler/app/films/film_figures.hpp"
#include "styler/core/colour/colour_transfer.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/video/motion/carry.hpp"

namespace styler::app {

/// Of the usual iterations, those of a frame whose paint comes from key frames on both sides.
inline constexpr double kEffortBetween = 1.0 / 3;

/// Paints single frames: by the optimiser, or with a generator.
class FramePainter {
 public:
  virtual ~FramePainter() = default;
  /// What follows is of a shot that begins with this frame; it may be painted already.
  virtual void begin_shot(const FilmFrame& first) = 0;
  /// The shot's first frame. \returns [1, 3, H, W]; undefined when a signal has stopped it.
  virtual at::Tensor first(const FrameTask& task, FrameRecord& record) = 0;
  /// Another one, for which others lead to expect something.
  /// \param effort  what part of the usual iterations it gets.
  virtual at::Tensor follow(const FrameTask& task, const Carried& carried, double effort, FrameRecord& record) = 0;
  /// One that is painted already, which has gone on the way to what is expected of it.
  virtual at::Tensor again(const FrameTask& task, const Carried& carried, FrameRecord& record) = 0;
  /// Whether what is new of a frame begins from the film in the painting's colours; else nobody looks at it there.
  virtual bool begins_from_film() const = 0;
  /// How much of a frame that is shown at this moment is paint; the rest is the film.
  virtual double opacity(double seconds) const = 0;
};

/// The frames of a film one after the other, each with what was painted before it.
class FilmPainter {
 public:
  /// \param options, painter, keys  must outlive this.
  FilmPainter(const VideoOptions& options, FramePainter& painter, const KeyFrames& keys)
      : options_(options), painter_(painter), keys_(keys) {}

  /// Takes a frame that an earlier run has painted. Called for the first frame of the shot in work, and for all that
  /// later ones look back to, in their order.
  /// \param shot     the first frame of the shot in work.
  /// \param painted  and what the film shows of it, both with 8 bits.
  void take(const FilmFrame& film, int64_t shot, const at::Tensor& painted, const at::Tensor& shown);

  /// Nothing when a signal has stopped it.
  std::optional<std::vector<PaintedFrame>> paint(FrameGroup group);

 private:
  /// False when a signal has stopped it.
  bool paint(const FrameTask& task, double effort, FrameRecord& record);
  /// The film's frame in the painting's colours.
  at::Tensor in_colours(const FrameTask& task) const;
  /// What is expected of it.
  Carried expected(const FrameTask& task) const;
  /// Once over all frames of a group.
  bool go_over(const FrameGroup& group, bool backwards, std::vector<FrameRecord>& records);
  const at::Tensor& painting_of(int64_t frame) const;
  Relation relation(const FrameFlow& flow) const;
  void begin_shot(const FilmFrame& first);
  /// What becomes of the film's colours, from the first frame of a shot and what was painted of it.
  void learn_colours(const FilmFrame& film, const at::Tensor& painted);

  const VideoOptions& options_;
  FramePainter& painter_;
  const KeyFrames& keys_;
  FilmJudge judge_;
  std::map<int64_t, at::Tensor> painted_;  ///< Of this shot, 8 bits.
  at::Tensor first_painted_;               ///< Of the film, where it loops.
  ColourMap shot_colours_;                 ///< From the film's to the painting's; none before something is painted.
};

}  // namespace styler::app
