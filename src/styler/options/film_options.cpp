#include "styler/options/film_options.hpp"

#include <cmath>
#include <cstdint>
#include <string>

#include "styler/base/error.hpp"
#include "styler/base/text/checks.hpp"
#include "styler/base/text/parse_text.hpp"

namespace styler {
namespace {

/// More than any film has, and few enough that a picture's number fits into every container's clock.
constexpr double kMostFrameRate = 1000;
/// Of every codec here.
constexpr double kWorstCrf = 63;
/// A long edge that schedules of pictures take, too.
constexpr int64_t kLongestEdge = 65'536;

}  // namespace

void FilmReadOptions::validate() const {
  check_not_negative("--start", start);
  check_not_negative("--end", end);
  if (end > 0 && end <= start) {
    reject("--end is " + number_text(end) + " s but must come after --start, which is " + number_text(start) +
           " s; leave it out to read the film to its end");
  }
  if (!std::isfinite(frame_rate) || frame_rate <= 0 || frame_rate > kMostFrameRate) {
    reject("--frame-rate is " + number_text(frame_rate) + " but must be above 0 and at most " +
           number_text(kMostFrameRate) + " frames a second; use 25");
  }
  check_between("the long edge of a film's frames", long_edge, 0, kLongestEdge);
  if (max_pixels < 1) {
    reject("max_pixels is " + std::to_string(max_pixels) + " but must be at least 1; leave it out for 100000000");
  }
}

void FilmWriteOptions::validate() const {
  if (codec.empty()) reject("--codec is empty; use libx264, or leave it out");
  if (crf && !(*crf >= 0 && *crf <= kWorstCrf)) {
    reject("--crf is " + number_text(*crf) + " but goes from 0 (best) to " + number_text(kWorstCrf) +
           "; use 17, or leave it out");
  }
  for (const std::string& option : encoder_options) {
    if (const size_t equals = option.find('='); equals != std::string::npos && equals > 0) continue;
    reject("the encoder's option '" + option + "' is not of the form key=value; write preset=slow, for example");
  }
  for (const double value : background) {
    if (value >= 0 && value <= 1) continue;
    reject("--background has the value " + number_text(value) + ", but red, green and blue go from 0 to 1");
  }
}

}  // namespace styler
