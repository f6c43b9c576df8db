#include "styler/app/commands/train/material.hpp"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cstdint>
#include <system_error>
#include <utility>

#include "styler/app/cli/described.hpp"
#include "styler/app/folders/picture_sources.hpp"
#include "styler/app/host/memory_budget.hpp"
#include "styler/app/job/inputs/picture_cache.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/generator/texture.hpp"
#include "styler/core/picture/noise_layers.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/image/image_io.hpp"
#include "styler/options/scales.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostHeldOut = 4;
constexpr size_t kPhotosForOneHeldOut = 8;
/// Of what reading may take: decoded photos are kept in it for more crops.
constexpr int64_t kCacheShare = 4;
constexpr int64_t kNoiseFields = 4096;
/// Beyond those that people ask for.
constexpr uint64_t kFirstNoiseSeed = uint64_t{1} << 40, kHeldOutSeed = kFirstNoiseSeed - 1;
constexpr int64_t kMostCacheBytes = int64_t{1} << 30;

std::vector<fs::path> files_in(const std::vector<fs::path>& sources, const std::string& option,
                               const WarningSink& warn) {
  SourceSearch search;
  search.option = option;
  search.recursive = true;
  search.offers_recursive = false;
  search.warn = warn;
  std::vector<fs::path> files;
  for (const SourcePicture& picture : pictures_of_sources(sources, search)) files.push_back(picture.file);
  return files;
}

/// Moves some of the photos, spread over all of them, to those that are held out.
void hold_out(TrainingFiles& files) {
  const size_t count = std::min(kMostHeldOut, files.photos.size() / kPhotosForOneHeldOut);
  if (count == 0) {
    files.held_out = {files.photos.front()};
    return;
  }
  std::vector<fs::path> kept;
  const size_t each = files.photos.size() / count;
  for (size_t i = 0; i < files.photos.size(); ++i) {
    const bool is_held_out = i % each == each / 2 && files.held_out.size() < count;
    (is_held_out ? files.held_out : kept).push_back(files.photos[i]);
  }
  files.photos = std::move(kept);
}

Picture with_long_edge(const Picture& picture, int64_t edge) {
  const Size size = picture_size(picture.colour);
  return size.long_edge() <= edge ? picture : resized(picture, scaled_to_long_edge(size, edge));
}

/// \param edge  0: read as it is.
ReadOptions reading(const TrainingOptions& options, int64_t edge) {
  return within_budget(options.read, options.memory, options.machine.device, edge);
}

std::vector<at::Tensor> read_held_out(const TrainingFiles& files, const TrainingOptions& options,
                                      const WarningSink& warn) {
  std::vector<at::Tensor> result;
  for (const fs::path& file : files.held_out) {
    try {
      const int64_t edge = options.training.painting_edge;
      result.push_back(with_long_edge(read_picture(file, reading(options, edge), warn), edge).colour);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::Input) throw;
      warn(std::string(error.what()) + ": the photo is left out");
    }
  }
  if (result.empty()) {
    throw Error(ErrorCode::Input,
                "none of the " + std::to_string(files.held_out.size()) +
                    " photos that were held out to judge by can be read; name others with --held-out");
  }
  return result;
}

PictureStock photo_stock(const std::vector<fs::path>& photos, const TrainingOptions& options) {
  PictureStock stock;
  for (const fs::path& photo : photos) stock.names.push_back(photo.string());
  const double edge = 2 * CropOptions().most_zoom * static_cast<double>(options.training.crop_edge);
  stock.read = [photos, read = reading(options, static_cast<int64_t>(edge))](size_t index) {
    return read_picture(photos[index], read).colour;
  };
  return stock;
}

/// What textures are learnt from: fields of noise as large as a crop, so that none is made smaller and its grains with
/// it.
PictureStock noise_stock(const TrainingOptions& options) {
  PictureStock stock;
  for (int64_t i = 1; i <= kNoiseFields; ++i) stock.names.push_back("noise " + std::to_string(i));
  const int64_t edge = options.training.crop_edge;
  stock.read = [edge](size_t index) { return noise_layers({edge, edge}, kFirstNoiseSeed + index); };
  return stock;
}

PictureStock painting_stock(const std::vector<PaintedStyle>& styles) {
  PictureStock stock;
  std::vector<const Painting*> paintings;
  for (const PaintedStyle& style : styles) {
    for (const Painting& painting : style.paintings) {
      stock.names.push_back(painting.file.string());
      paintings.push_back(&painting);
    }
  }
  stock.read = [paintings = std::move(paintings)](size_t index) { return paintings[index]->picture.colour; };
  return stock;
}

/// What a word of --style is called.
std::string style_name(const fs::path& source) {
  const fs::path named = source.has_filename() ? source : source.parent_path();
  std::error_code unknown;
  return fs::is_directory(source, unknown) ? named.filename().string() : named.stem().string();
}

}  // namespace

TrainingFiles training_files(const TrainingOptions& options, const WarningSink& warn) {
  const Described described(options);
  TrainingFiles files;
  if (options.is_texture()) {
    warn(
        "there is no --content, so a generator of textures is trained, of noise; for one that paints photos name a "
        "folder "
        "of these (scripts/get_photos.sh brings thirty free ones)");
  } else {
    files.photos = files_in(options.content, described.name(&TrainingOptions::content), warn);
  }
  if (options.held_out.empty()) {
    if (!options.is_texture()) hold_out(files);
  } else {
    files.held_out = files_in(options.held_out, described.name(&TrainingOptions::held_out), warn);
    std::erase_if(files.photos, [&](const fs::path& photo) {
      return std::ranges::find(files.held_out, canonical_path(photo), canonical_path) != files.held_out.end();
    });
    if (files.photos.empty()) reject("--held-out names all photos of --content; leave some to learn from");
  }
  for (const fs::path& source : options.styles) {
    files.styles.push_back({style_name(source), files_in({source}, described.name(&TrainingOptions::styles), warn)});
  }
  return files;
}

std::vector<PaintedStyle> read_styles(const TrainingFiles& files, const TrainingOptions& options,
                                      const WarningSink& warn) {
  std::vector<PaintedStyle> styles;
  for (const StyleWord& source : files.styles) {
    PaintedStyle& style = styles.emplace_back();
    style.name = source.name;
    for (const fs::path& file : source.files) {
      const LoadedFile loaded = load_file(file);
      const int64_t edge = options.training.painting_edge;
      Picture picture = with_long_edge(decode_picture(loaded.bytes, file, reading(options, edge), warn), edge);
      style.paintings.push_back({file, loaded.sha256, std::move(picture)});
    }
  }
  return styles;
}

namespace {

Trainer::StyleParts parts_of(const PaintedStyle& style, const FeatureExtractor& network,
                             const ObjectiveOptions& objective, at::Device device) {
  Trainer::StyleParts parts;
  for (const Painting& painting : style.paintings) {
    const Size size = picture_size(painting.picture.colour);
    if (std::min(size.height, size.width) < network.min_edge()) {
      throw Error(ErrorCode::Input, "painting " + quoted(painting.file) + " is " + size_text(size) +
                                        " px but must be at least " + std::to_string(network.min_edge()) +
                                        " px both ways for the layers in use; take a larger one");
    }
    Picture here = painting.picture;
    here.colour = here.colour.to(device);
    if (here.alpha.defined()) here.alpha = here.alpha.to(device);
    parts.push_back({compute_style_targets(network, objective, here)});
  }
  return parts;
}

}  // namespace

double variety_of_paintings(const std::vector<PaintedStyle>& styles, int64_t edge) {
  double sum = 0;
  int64_t count = 0;
  for (const PaintedStyle& style : styles) {
    for (const Painting& painting : style.paintings) {
      const at::Tensor& picture = painting.picture.colour;
      const int64_t height = std::min(edge, picture.size(2)), width = std::min(edge, picture.size(3));
      if (std::min(height, width) < kLeastVarietyEdge) continue;
      for (int64_t y = 0; y + height <= picture.size(2); y += height) {
        for (int64_t x = 0; x + width <= picture.size(3); x += width) {
          sum += variety_of(picture.narrow(2, y, height).narrow(3, x, width));
          ++count;
        }
      }
    }
  }
  return count == 0 ? 0 : sum / static_cast<double>(count);
}

size_t painting_count(const std::vector<PaintedStyle>& styles) {
  size_t count = 0;
  for (const PaintedStyle& style : styles) count += style.paintings.size();
  return count;
}

std::vector<Trainer::StyleParts> style_parts(const std::vector<PaintedStyle>& styles, const FeatureExtractor& network,
                                             const ObjectiveOptions& objective, at::Device device) {
  std::vector<Trainer::StyleParts> parts;
  parts.reserve(styles.size());
  for (const PaintedStyle& style : styles) parts.push_back(parts_of(style, network, objective, device));
  return parts;
}

TrainingMaterial training_material(const TrainingFiles& files, const std::vector<PaintedStyle>& styles,
                                   const TrainingOptions& options, const WarningSink& warn) {
  TrainingMaterial material;
  material.photos = options.is_texture() ? noise_stock(options) : photo_stock(files.photos, options);
  material.paintings = painting_stock(styles);
  if (options.is_texture()) {
    const int64_t edge = options.training.crop_edge;
    material.held_out = {noise_layers({edge, edge}, kHeldOutSeed)};
    material.crops.least_zoom = material.crops.most_zoom = 1;  // grains are to be as large as apply makes them
  } else {
    material.held_out = read_held_out(files, options, warn);
  }
  material.crops.edge = options.training.crop_edge;
  material.crops.seed = options.training.seed;
  material.crops.cache_bytes = std::min(
      kMostCacheBytes, std::max<int64_t>(1, reading_budget(options.memory, options.machine.device) / kCacheShare));
  return material;
}

}  // namespace styler::app
