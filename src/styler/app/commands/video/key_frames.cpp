#include "styler/app/commands/video/key_frames.hpp"

#include <cstdlib>

#include "styler/app/films/bytes.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/base/text/printable.hpp"
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
    keys_[file.frame - 1] = {as_bytes(resized(picture.colour, size)), {}, sha256_of(bytes)};
  }
  if (keys_.empty()) return;
  FilmReadOptions reading = options.film;
  reading.long_edge = options.settings.stylize.schedule.size;
  const auto film = open_film(options.content, reading);
  for (int64_t index = 0; index <= keys_.rbegin()->first; ++index) {
    const auto key = keys_.find(index);
    if (key == keys_.end()) {
      film->skip();
      continue;
    }
    const auto frame = film->next();
    STYLER_ASSERT(frame);
    key->second.grey = grey_picture(frame->picture.colour);
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
  for (const auto& [frame, key] : keys_) result.push_back(std::to_string(frame + 1) + "=" + key.sha256);
  return result;
}

}  // namespace styler::app
