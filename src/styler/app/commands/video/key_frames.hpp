#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "styler/app/commands/video/options.hpp"
#include "styler/app/films/survey.hpp"
#include "styler/base/size.hpp"
#include "styler/core/picture/picture.hpp"

namespace styler::app {

/// The frames that the user has painted.
class KeyFrames {
 public:
  KeyFrames() = default;
  /// Reads them, and the film as far as the last of them, unless a signal asks for an end. What is transparent in one
  /// shows the film's frame.
  /// \param size  of the film's frames; a painted one of the same shape is taken to it.
  /// \throws Error{Input} for what can't be read or is of another shape, Error{InvalidArgument} for a number beyond the
  ///         film's last frame.
  KeyFrames(const VideoOptions& options, const FilmSurvey& survey, Size size, const WarningSink& warn);

  /// [1, 3, H, W], 8 bits; nullptr: nobody has painted this one.
  const at::Tensor* painting_of(int64_t frame) const;
  /// What the film shows there, as grey_picture() has it.
  const at::Tensor& grey_of(int64_t frame) const { return keys_.at(frame).grey; }
  /// The first one behind a frame.
  std::optional<int64_t> behind(int64_t frame) const;
  /// `120=` and the file's SHA-256, of each.
  std::vector<std::string> identities() const;

 private:
  struct Key {
    at::Tensor painted, grey;
    at::Tensor alpha;  ///< Until the film's frame is there to be seen through it.
    std::string sha256;
  };
  std::map<int64_t, Key> keys_;
};

}  // namespace styler::app
