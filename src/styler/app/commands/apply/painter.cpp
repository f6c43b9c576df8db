#include "styler/app/commands/apply/painter.hpp"

#include <ATen/TensorOperators.h>

#include <set>
#include <utility>

#include "styler/app/cli/described.hpp"
#include "styler/app/commands/apply/record.hpp"
#include "styler/app/host/memory_budget.hpp"
#include "styler/app/job/inputs/region_maps.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/colour/colour_transfer.hpp"
#include "styler/core/generator/model_file.hpp"
#include "styler/core/generator/texture.hpp"
#include "styler/core/picture/region_map.hpp"
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

/// For each model its share of every pixel.
std::vector<at::Tensor> regions_of(const ApplyOptions& options, const ReadOptions& reading, AppliedPhoto& photo,
                                   const WarningSink& warn) {
  const Described names(options);
  const RegionMap map = read_region_map(names.name(&ApplyOptions::content_regions), options.content_regions, reading,
                                        photo.picture, photo.regions_sha256, warn);
  const Size size = picture_size(photo.picture.colour);
  std::vector<at::Tensor> shares;
  std::set<size_t> taken;
  for (const fs::path& word : options.model_regions) {
    const size_t region = region_of_colour(names.name(&ApplyOptions::model_regions), word, map.colours);
    if (!taken.insert(region).second) {
      reject("--model-regions is " + quoted(word) + " twice; a region can be painted by one model alone");
    }
    shares.push_back(resized_share(map.shares[region], size));
  }
  return shares;
}

}  // namespace

LoadedModels load_models(const std::vector<fs::path>& files, const ComputeDevice& device) {
  LoadedModels models;
  for (const fs::path& file : files) {
    PaintOptions painting;
    painting.dtype = device.network_dtype;
    const Model model = read_model(file);
    models.push_back(
        {model.styles.on(device.device), style_notes(model), painting, file_sha256(file), file, model.is_of_textures});
  }
  return models;
}

AppliedHashes hashes_of(const std::string& photo, const LoadedModels& models, const PickedStyles& styles,
                        const std::string& regions) {
  AppliedHashes hashes{photo, {}, regions, styles.shares};
  for (const LoadedModel& model : models) hashes.models.push_back(model.sha256);
  return hashes;
}

AppliedPhoto decode_photo(const LoadedFile& loaded, const fs::path& file, const fs::path& output, PickedStyles styles,
                          const ApplyOptions& options, const WarningSink& warn) {
  AppliedPhoto photo;
  photo.styles = std::move(styles);
  photo.output = output;
  photo.sha256 = loaded.sha256;
  ReadOptions reading = within_budget(options.read, options.memory, options.device, options.size);
  photo.picture = decode_picture(loaded.bytes, file, reading, warn);
  if (options.metadata.keep) photo.metadata = photo_metadata(loaded.bytes, options.metadata.keep_gps);
  const Size own = own_size(photo.picture);
  const Size size = options.size == 0 ? own : scaled_to_long_edge(own, options.size);
  check_picture_size(output, size);
  photo.picture = resized(photo.picture, size);
  if (!options.content_regions.empty()) {
    reading.used_edge = size.long_edge();
    photo.regions = regions_of(options, reading, photo, warn);
  }
  return photo;
}

bool paint_photo(AppliedPhoto& photo, const ApplyOptions& options, const LoadedModels& models) {
  if (options.strength == 0) return true;  // the photo, to the bit
  const Picture& given = photo.picture;
  const auto painted_by = [&](size_t model) {
    return paint(models[model].styles.painter(photo.styles.shares[model], options.strength), given.colour,
                 models[model].painting,
                 [](double) { return StopSignals::requested() ? Control::Stop : Control::Continue; });
  };
  if (photo.regions.empty()) {
    const at::Tensor painted = painted_by(0);
    if (!painted.defined()) return false;
    photo.picture.colour = in_colours(painted, given, options.colour);
    return true;
  }
  at::Tensor sum = given.colour.clone();
  for (size_t i = 0; i < models.size(); ++i) {
    at::Tensor painted = painted_by(i);
    if (!painted.defined()) return false;
    const at::Tensor& share = photo.regions[i];
    const at::Tensor visible = given.alpha.defined() ? given.alpha * share : share;
    painted = in_colours(painted, {given.colour, visible}, options.colour);
    sum.add_((painted - given.colour).mul_(share));
  }
  photo.picture.colour = std::move(sum);
  return true;
}

AppliedPhoto painted_texture(const ApplyOptions& options, const LoadedModels& models) {
  const Size size = options.texture_size();
  AppliedPhoto texture;
  texture.output = options.sources.output_folder;
  check_picture_size(texture.output, size);
  const int64_t most = within_budget(options.read, options.memory, options.device).max_pixels;
  if (most > 0 && size.width > most / size.height) {
    throw Error(ErrorCode::Memory, "--size is " + size_text(size) + " but the memory suffices for " +
                                       std::to_string(most) + " pixels; take a smaller one, or raise --memory-limit");
  }
  texture.styles = picked_styles(options, models, {});
  const LoadedModel& model = models.front();
  texture.picture.colour = paint_texture(
      model.styles.painter(texture.styles.shares.front()), {size, options.seed, options.tileable}, model.painting,
      [](double) { return StopSignals::requested() ? Control::Stop : Control::Continue; });
  return texture;
}

std::string write_painted(const AppliedPhoto& photo, const fs::path& content, const ApplyOptions& options,
                          const LoadedModels& models, const WarningSink& warn) {
  ApplyOptions of_photo = options;
  of_photo.picks = photo.styles.words;
  const AppliedHashes hashes = hashes_of(photo.sha256, models, photo.styles, photo.regions_sha256);
  std::string text = applied_parameters(of_photo, content, hashes, picture_size(photo.picture.colour));
  const PictureNotes notes{options.metadata.none ? std::string() : text, photo.metadata};
  write_picture_or_rescue(photo.picture, photo.output, options.write, notes, warn);
  return text;
}

}  // namespace styler::app
