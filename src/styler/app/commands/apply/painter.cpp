#include "styler/app/commands/apply/painter.hpp"

#include <utility>

#include "styler/app/commands/apply/record.hpp"
#include "styler/app/host/memory_budget.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/core/colour/colour_transfer.hpp"
#include "styler/core/generator/paint.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/options/scales.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// The painted picture in the colours that were asked for.
at::Tensor in_colours(const at::Tensor& painted, const Picture& photo, ColourMode mode) {
  const Picture result{painted, photo.alpha};
  switch (mode) {
    case ColourMode::Luminance:
      return with_chroma(painted, photo.colour);
    case ColourMode::Match:
      return mapped(painted, match_map(colour_statistics(result), colour_statistics(photo)));
    case ColourMode::Histogram:
      return mapped(painted, histogram_map(result, photo));
    default:
      return painted;
  }
}

}  // namespace

LoadedModel load_model(const fs::path& file) {
  Model model = read_model(file);
  return {std::move(model), file_sha256(file)};
}

AppliedPhoto decode_photo(const LoadedFile& loaded, const fs::path& file, const fs::path& output,
                          const ApplyOptions& options, const WarningSink& warn) {
  AppliedPhoto photo;
  photo.output = output;
  photo.sha256 = loaded.sha256;
  ReadOptions reading = options.read;
  reading.memory_bytes = reading_budget(options.memory, options.device);
  reading.used_edge = options.size;
  photo.picture = decode_picture(loaded.bytes, file, reading, warn);
  if (options.metadata.keep) photo.metadata = photo_metadata(loaded.bytes, options.metadata.keep_gps);
  const Size own = own_size(photo.picture);
  const Size size = options.size == 0 ? own : scaled_to_long_edge(own, options.size);
  check_picture_size(output, size);
  photo.picture = resized(photo.picture, size);
  return photo;
}

bool paint_photo(AppliedPhoto& photo, const ApplyOptions& options, const Generator& generator) {
  const at::Tensor painted = paint(generator, photo.picture.colour, {},
                                   [](double) { return StopSignals::requested() ? Control::Stop : Control::Continue; });
  if (!painted.defined()) return false;
  photo.picture.colour = in_colours(painted, photo.picture, options.colour);
  return true;
}

std::string write_painted(const AppliedPhoto& photo, const fs::path& content, const ApplyOptions& options,
                          const std::string& model_sha256, const WarningSink& warn) {
  std::string text =
      applied_parameters(options, content, {photo.sha256, model_sha256}, picture_size(photo.picture.colour));
  const PictureNotes notes{options.metadata.none ? std::string() : text, photo.metadata};
  write_picture_or_rescue(photo.picture, photo.output, options.write, notes, warn);
  return text;
}

}  // namespace styler::app
