#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "styler/core/loss/objective.hpp"
#include "styler/video/motion/figures.hpp"

namespace styler::app {

/// What there is to tell of a painted frame.
struct FrameRecord {
  int64_t index = 0;
  double film_seconds = 0;  ///< When it is shown.
  bool begins_shot = false;
  bool repeats = false;
  bool is_key = false;                   ///< Painted by somebody else, or before those between it and the last key.
  int64_t iterations = 0;                ///< Of the optimiser, at all sizes and in all passes together.
  double coverage = 0;                   ///< How much of it was there before; 0 at a shot's beginning.
  std::optional<LossBreakdown> loss;     ///< Of the optimiser.
  std::optional<PairFigures> pair;       ///< Beside the frame before, where that is of the same shot.
  std::optional<PairFigures> long_term;  ///< Beside the one kLongTerm frames before.
  double sharpness = 0;
  std::array<double, 3> mean_colour{};
  double seconds = 0;  ///< That painting took.
};

/// What a frame is like, as reports have it, and back.
nlohmann::ordered_json record_json(const FrameRecord& record);
FrameRecord record_of(const nlohmann::ordered_json& object);

}  // namespace styler::app
