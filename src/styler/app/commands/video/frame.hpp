#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "styler/app/films/frame_record.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/video/film/film.hpp"
#include "styler/video/motion/flow.hpp"

namespace styler::app {

/// Motion between a frame and another one.
struct FrameFlow {
  int64_t other = 0;  ///< Its index.
  Flow back, forth;
  at::Tensor weight{};  ///< As Relation has it.
};

/// The way from a frame to one that is painted before its turn.
struct Approach {
  FrameFlow flow;
  double share = 0;  ///< As on_the_way() has it.
};

/// A frame that is to be painted.
struct FrameTask {
  FilmFrame film;
  bool begins_shot = false;
  std::vector<FrameFlow> flows;  ///< To earlier ones, closest first; none at a shot's beginning and where it repeats.
  std::optional<Approach> approach;
  /// Of each region its share of the pixels, [1, 1, H, W]; none: there are no regions.
  std::vector<at::Tensor> regions;
};

/// Frames one behind the other in a shot that are painted together.
struct FrameGroup {
  std::vector<FrameTask> frames;
  std::optional<size_t> key;  ///< Of them this one is painted first.
};

struct PaintedFrame {
  FilmFrame film;
  at::Tensor painted;  ///< [1, 3, H, W], 8 bits a channel: what later frames begin from.
  at::Tensor shown;    ///< What is encoded: the same, or as much of it as covers the film.
  FrameRecord record;
  bool ends_group = true;
};

/// Whether anything of it can be seen: a film may fade in from nothing.
bool is_seen(const Picture& picture);

}  // namespace styler::app
