#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "styler/core/loss/objective.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/video/film/film.hpp"
#include "styler/video/motion/figures.hpp"
#include "styler/video/motion/flow.hpp"

namespace styler::app {

/// Motion between a frame and an earlier one.
struct FrameFlow {
  int64_t earlier = 0;  ///< Its index.
  Flow back, forth;
};

/// A frame that is to be painted.
struct FrameTask {
  FilmFrame film;
  bool begins_shot = false;
  std::vector<FrameFlow> flows;  ///< The closest first; none at a shot's beginning and where a frame is repeated.
};

/// What there is to tell of a painted frame.
struct FrameRecord {
  int64_t index = 0;
  double film_seconds = 0;  ///< When it is shown.
  bool begins_shot = false;
  bool repeats = false;
  int64_t iterations = 0;             ///< Of the optimiser, at all sizes together.
  double coverage = 0;                ///< How much of it was there before; 0 at a shot's beginning.
  std::optional<LossBreakdown> loss;  ///< Of the optimiser.
  std::optional<PairFigures> pair;    ///< Beside the frame before, where that is of the same shot.
  double sharpness = 0;
  std::array<double, 3> mean_colour{};
  double seconds = 0;  ///< That painting took.
};

struct PaintedFrame {
  FilmFrame film;
  at::Tensor painted;  ///< [1, 3, H, W], 8 bits a channel: what is encoded, and what later frames begin from.
  FrameRecord record;
};

/// Whether anything of it can be seen: a film may fade in from nothing.
bool is_seen(const Picture& picture);

/// As an 8-bit picture holds it, and back.
at::Tensor as_bytes(const at::Tensor& picture);
at::Tensor from_bytes(const at::Tensor& bytes);

}  // namespace styler::app
