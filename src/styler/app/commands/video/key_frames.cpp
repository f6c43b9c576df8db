#include "styler/app/commands/video/key_frames.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/lerp.h>

#include <algorithm>
#include <cstdlib>

#include "styler/app/films/bytes.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/loss/position_weights.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/image/image_io.hpp"
#include "styler/video/motion/flow.hpp"
#include "styler/video/open_film.hpp"

namespace styler::app {
namespace {

/// Whether a picture has a frame's shape, but for its rounding to whole pixels.
bool is_of_shape(Size picture, Size frame) {
  return std::abs(picture.width * frame.height - picture.height * frame.width) <=
         std::max(picture.width + frame.width, picture.height + frame.height);
}

}  // namespace

KeyFrames::KeyFrames(const VideoOptions& options, const FilmSurvey& survey, Size size, const WarningSink& warn) {
  for (const PaintedFile& file : options.keyframes) {
    if (file.frame > survey.frames) {
      reject("--keyframe names frame " + std::to_string(file.frame) + ", but the film has " +
             std::to_string(survey.frames) + "; they count from 1");
    }
    const std::string bytes = read_picture_bytes(file.file);
    const Picture picture = decode_picture(bytes, file.file, options.settings.read, warn);
    if (!is_of_shape(picture_size(picture.colour), size)) {
      throw Error(ErrorCode::Input, "--keyframe " + quoted(file.file) + " is of " +
                                        size_text(picture_size(picture.colour)) + ", but the film's frames are of " +
                                        size_text(size) + "; give it their shape");
    }
    Key& key = keys_[file.frame - 1];
    key.painted = as_bytes(resized(picture.colour, size));
    if (picture.alpha.defined()) key.alpha = resized_share(picture.alpha, size);
    key.sha256 = sha256_of(bytes);
  }
  if (keys_.empty()) return;
  FilmReadOptions reading = options.film;
  reading.long_edge = options.settings.stylize.schedule.size;
  const auto film = open_film(options.content, reading);
  for (int64_t index = 0; index <= keys_.rbegin()->first && !StopSignals::requested(); ++index) {
    const auto key = keys_.find(index);
    if (key == keys_.end()) {
      film->skip();
      continue;
    }
    const auto frame = film->next();
    if (!frame) {
      throw Error(ErrorCode::Input, "film " + quoted(options.content) + " ends at frame " + std::to_string(index) +
                                        ", before --keyframe " + std::to_string(index + 1) +
                                        "; it was changed just now");
    }
    key->second.grey = grey_picture(frame->picture.colour);
    if (!key->second.alpha.defined()) continue;
    const at::Tensor painted = from_bytes(key->second.painted);
    key->second.painted = as_bytes(at::lerp(frame->picture.colour, painted, key->second.alpha));
    key->second.alpha.reset();
  }
}

const at::Tensor* KeyFrames::painting_of(int64_t frame) const {
  const auto key = keys_.find(frame);
  return key == keys_.end() ? nullptr : &key->second.painted;
}

std::optional<int64_t> KeyFrames::behind(int64_t frame) const {
  const auto key = keys_.upper_bound(frame);
  return key == keys_.end() ? std::nullopt : std::optional(key->first);
}

std::vector<std::string> KeyFrames::identities() const {
  std::vector<std::string> result;
  result.reserve(keys_.size());
  for (const auto& [frame, key] : keys_) result.push_back(std::to_string(frame + 1) + "=" + key.sha256);
  return result;
}

}  // namespace styler::app
