#pragma once

#include <spdlog/logger.h>

#include <optional>
#include <string>

#include "styler/app/host/machine.hpp"
#include "styler/core/metrics/picture_figures.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/core/stylize/stylizer.hpp"

namespace styler::app {

/// The network that pictures are judged by, whatever they were painted by.
NetworkRequest judging_network();

/// The size at which a painting is looked at beside a result: that at which a transfer to a photo of the result's size
/// would use it.
/// \throws Error{Input} when the painting's long edge is below min_edge.
Size judged_painting_size(Size painting, Size result, int64_t min_edge);

/// How far a picture is from what it was made from: `content` and `style` of `styler evaluate`.
struct PictureScore {
  std::optional<double> content;  ///< Nothing for textures.
  double style = 0;               ///< Of several paintings, the mean by their weights.
};
/// `content 0.412, style 0.0183`
std::string score_text(const PictureScore& score);

/// Scores pictures as they are painted, as `styler evaluate` does at their own size: in float32, over one network
/// whatever the painting's settings are.
class PictureScorer {
 public:
  /// \throws as set_up_machine()
  PictureScorer(MachineOptions options, spdlog::logger& log);

  /// \param result  on the CPU.
  /// \param from    what it was made from.
  PictureScore of(const Picture& result, const StylizeInput& from);

 private:
  at::Tensor looked_at(const Picture& picture, Size size) const;

  Machine machine_;
  PictureMeter meter_;
};

}  // namespace styler::app
