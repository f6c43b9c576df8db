#include "styler/app/job/inputs/region_maps.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "styler/app/job/inputs/picture_cache.hpp"
#include "styler/app/job/options/region_options.hpp"
#include "styler/app/job/options/style_options.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/picture/region_map.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// How much a map's shape may differ from its picture's: a small copy of a picture has rounded edges.
constexpr double kShapeTolerance = 0.02;

[[noreturn]] void refuse(const std::string& map, const std::string& why) {
  throw Error(ErrorCode::Input, map + " " + why);
}

std::string map_colours_text(const std::vector<MapColour>& colours) {
  std::string text;
  for (const MapColour& colour : colours) text.append(text.empty() ? "" : ", ").append(map_colour_text(colour));
  return text;
}

MapColour map_colour_of(const std::string& word) {
  const auto colour = parse_colour(word);
  STYLER_ASSERT(colour);
  MapColour result{};
  std::transform(colour->begin(), colour->end(), result.begin(),
                 [](double value) { return static_cast<int>(std::lround(255 * value)); });
  return result;
}

double shape_of(Size size) { return static_cast<double>(size.width) / static_cast<double>(size.height); }

/// A region that a style is for.
struct StyledRegion {
  size_t region;
  at::Tensor share;  ///< Of the style; undefined: all of it.
};

std::vector<StyledRegion> regions_of_map(const fs::path& file, const RegionMap& map,
                                         const std::vector<MapColour>& content) {
  std::vector<StyledRegion> regions;
  std::vector<MapColour> unknown;
  for (size_t i = 0; i < map.colours.size(); ++i) {
    const std::optional<size_t> region = same_map_colour(content, map.colours[i]);
    if (!region) {
      unknown.push_back(map.colours[i]);
      continue;
    }
    const auto known = std::find_if(regions.begin(), regions.end(),
                                    [&](const StyledRegion& other) { return other.region == *region; });
    if (known == regions.end()) {
      regions.push_back({*region, map.shares[i]});
    } else {
      known->share = known->share + map.shares[i];
    }
  }
  if (unknown.empty()) return regions;
  refuse("--style-regions " + quoted(file), "has " + map_colours_text(unknown) +
                                                ", but the colours of --content-regions are " +
                                                map_colours_text(content) + "; paint both in the same");
}

/// What --style-regions says of one style.
std::vector<StyledRegion> regions_of_style(const JobOptions& options, const ReadOptions& read, size_t style,
                                           const StyleFiles& files, const Picture& picture,
                                           const std::vector<MapColour>& content, std::string& hash,
                                           const WarningSink& warn) {
  const fs::path& word = options.style_regions[style];
  if (names_colour(word)) {
    hash = map_colour_text(map_colour_of(word.string()));
    return {{region_of_colour(DescribedJob(options).name(&JobOptions::style_regions), word, content), {}}};
  }
  const fs::path& name = options.styles[style];
  if (files.files.size() != 1 || files.files.front() != name) {
    throw Error(ErrorCode::InvalidArgument, "--style-regions " + quoted(word) + " is a map, but --style " +
                                                quoted(name) +
                                                " is a folder; give the folder a colour, or name its pictures");
  }
  return regions_of_map(
      word, read_region_map(DescribedJob(options).name(&JobOptions::style_regions), word, read, picture, hash, warn),
      content);
}

/// What the styles of a region are blended from.
struct RegionBlend {
  std::set<size_t> styles;  ///< By their place among --style.
  size_t pictures = 0;
  double share = 0;
};

/// Refuses shares that leave a region without style, and options for several styles where no region has more than one.
void check_blend(const JobOptions& options, const std::vector<ContentRegion>& regions,
                 const std::vector<RegionBlend>& blends) {
  const auto reject = [](const std::string& message) { throw Error(ErrorCode::InvalidArgument, message); };
  for (size_t i = 0; i < blends.size(); ++i) {
    if (blends[i].pictures == 0 || blends[i].share > 0) continue;
    reject("--style-blend is " + decimals_text(options.style_shares) + " and leaves nothing for the region " +
           regions[i].name + "; give one of its styles a share above 0");
  }
  const auto none = [&](const auto& has_several) { return std::none_of(blends.begin(), blends.end(), has_several); };
  if (!options.style_shares.empty() && none([](const RegionBlend& blend) { return blend.styles.size() > 1; })) {
    reject("--style-blend does nothing where no region has several styles; leave it out");
  }
  if (options.stylize.objective.style_blend == StyleBlend::Losses &&
      none([](const RegionBlend& blend) { return blend.pictures > 1; })) {
    reject("--style-blend-by losses does nothing where no region has several styles; leave it out");
  }
}

}  // namespace

size_t region_of_colour(const std::string& option, const fs::path& word, const std::vector<MapColour>& colours) {
  const std::optional<size_t> region = same_map_colour(colours, map_colour_of(word.string()));
  if (region) return *region;
  reject(option + " is " + quoted(word) + ", but the colours of --content-regions are " + map_colours_text(colours) +
         "; use one of these");
}

RegionMap read_region_map(const std::string& option, const fs::path& file, const ReadOptions& read,
                          const Picture& picture, std::string& sha256, const WarningSink& warn) {
  const std::string which = option + " " + quoted(file);
  const LoadedFile loaded = load_file(file);
  sha256 = loaded.sha256;
  const at::Tensor colours = decode_map(loaded.bytes, file, read, warn).colour;
  const Size size = picture_size(colours);
  const Size of_picture = own_size(picture);
  if (std::abs(shape_of(size) / shape_of(of_picture) - 1) > kShapeTolerance) {
    refuse(which, "is " + size_text(size) + " px but its picture " + size_text(of_picture) +
                      ", which is another shape; give it the picture's");
  }
  RegionMap map = region_map(colours);
  if (map.colours.empty()) refuse(which, "has no flat colours; paint each region in one colour");
  if (map.colours.size() > kMostMapColours) {
    refuse(which, "has " + std::to_string(map.colours.size()) +
                      " flat colours, which are regions, but must have at most " + std::to_string(kMostMapColours) +
                      "; paint it with fewer");
  }
  const Size in_memory = picture_size(picture.colour);
  if (size.height <= in_memory.height) return map;
  for (at::Tensor& share : map.shares) share = resized_share(share, in_memory);
  return map;
}

void assign_regions(const JobOptions& options, const ReadOptions& read, const std::vector<StyleFiles>& files,
                    StylizeInput& pictures, InputHashes& hashes, const WarningSink& warn) {
  const RegionMap content =
      read_region_map(DescribedJob(options).name(&JobOptions::content_regions), options.content_regions, read,
                      pictures.content, hashes.content_regions, warn);
  if (content.colours.size() == 1) {
    refuse("--content-regions " + quoted(options.content_regions),
           "has one colour alone, " + map_colours_text(content.colours) +
               ", so that all is one region; paint another, or leave it and --style-regions out");
  }
  pictures.regions.reserve(content.colours.size());
  for (size_t i = 0; i < content.colours.size(); ++i) {
    pictures.regions.push_back({content.shares[i], map_colour_text(content.colours[i])});
  }
  std::vector<StyleSource> styled;
  std::vector<RegionBlend> blends(pictures.regions.size());
  size_t first = 0;  // of the style's pictures
  for (size_t style = 0; style < files.size(); ++style) {
    const std::vector<StyledRegion> regions =
        regions_of_style(options, read, style, files[style], pictures.styles[first].picture, content.colours,
                         hashes.style_regions.emplace_back(), warn);
    const size_t end = first + files[style].files.size();
    for (; first < end; ++first) {
      for (const StyledRegion& region : regions) {
        StyleSource& source = styled.emplace_back(pictures.styles[first]);
        source.region = region.region;
        source.region_share = region.share;
        RegionBlend& blend = blends[region.region];
        blend.styles.insert(style);
        ++blend.pictures;
        blend.share += source.weight;
      }
    }
  }
  pictures.styles = std::move(styled);
  check_blend(options, pictures.regions, blends);
}

}  // namespace styler::app
