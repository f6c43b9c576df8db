#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "styler/app/films/frame_record.hpp"

namespace styler::app {

/// How many frames apart those are whose likeness tells of drift: 0.4 seconds of 25 frames each, after which a frame
/// and most of what it shows are still there.
inline constexpr int64_t kLongTermFrames = 10;

/// Judges the frames of a painted film in their order: each beside the one before it, the one kLongTermFrames before
/// it, and by itself.
class FilmJudge {
 public:
  /// A frame that is judged already, which later ones are compared with.
  /// \param frame    [1, 3, H, W] in [0, 1], of the film.
  /// \param painted  the same size, 8 bits.
  void take(int64_t index, bool begins_shot, const at::Tensor& frame, const at::Tensor& painted);
  /// Writes the figures of the next frame into its record, of which `index` and `begins_shot` are told.
  void judge(FrameRecord& record, const at::Tensor& frame, const at::Tensor& painted);

 private:
  struct Earlier {
    at::Tensor frame, painted;  ///< 8 bits.
  };
  void keep(int64_t index, Earlier judged);

  std::map<int64_t, Earlier> earlier_;  ///< Of this shot.
};

/// How far the mean colour is from that of the shot's first frame, in Oklab.
double colour_drift(const FrameRecord& frame, const FrameRecord& first);

/// Means over all frames, the worst pair, and what is lost over time.
nlohmann::ordered_json film_figures_json(const std::vector<FrameRecord>& frames);

}  // namespace styler::app
