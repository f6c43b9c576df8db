#include "styler/app/job/options/file_options.hpp"

#include <string>

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"

namespace styler::app {
namespace {

constexpr const char* kFilesHeading = "Files";

}  // namespace

void describe(OptionTable& table, WriteOptions& write) {
  using enum OptionFacts;
  table.heading(kFilesHeading);
  const auto take_depth = [&field = write.bit_depth](const std::string& word) { field = word == "8" ? 8 : 16; };
  table
      .choice(
          "--bit-depth", {"8", "16"}, [&write] { return std::to_string(write.bit_depth); }, take_depth,
          "Bits per channel of the output; 16 for .png and .tif")
      .as([&write] { return int64_t{write.bit_depth}; })
      .is(DecidesPicture | OfWholeSheet);
  const auto take_quality = [&field = write.quality](const std::string& value) {
    const auto quality = parse_whole(value);
    if (!quality || *quality < 1 || *quality > 100) return false;
    field = static_cast<int>(*quality);
    return true;
  };
  table
      .text(
          "--quality", "N", [&write] { return int64_t{write.quality}; }, take_quality, "a whole number from 1 to 100",
          "Quality of a .jpg or .webp")
      .default_text("95 for .jpg, lossless for .webp")
      .is(DecidesPicture | OfWholeSheet);
  table.flag("--dither", write.dither, "Add a level of noise before rounding, against bands in gradients")
      .is(DecidesPicture | OfWholeSheet);
  const auto take_background = [&field = write.background](const std::string& value) {
    const auto colour = parse_colour(value);
    field = colour.value_or(field);
    return colour.has_value();
  };
  table
      .text(
          "--background", "COLOUR", [&write] { return colour_text(write.background); }, take_background,
          "white, black, grey or #rrggbb",
          "What shows through a transparent photo where the output can't be transparent")
      .is(DecidesPicture | NeedsPhoto | OfWholeSheet);
}

void describe(OptionTable& table, MetadataOptions& metadata) {
  using enum OptionFacts;
  table.heading(kFilesHeading);
  table
      .flag("--keep-metadata", metadata.keep, "Copy the photo's EXIF and XMP to the output, but for where it was taken")
      .is(DecidesPicture | NeedsPhoto | OfWholeSheet);
  table.flag("--keep-gps", metadata.keep_gps, "With --keep-metadata: where it was taken too")
      .is(DecidesPicture | NeedsPhoto | OfWholeSheet);
}

void describe_notes(OptionTable& table, MetadataOptions& metadata) {
  using enum OptionFacts;
  table.heading(kFilesHeading);
  table.flag("--no-metadata", metadata.none, "Leave out of the output how it was made, which `styler show` prints")
      .is(Reported | OfWholeSheet);
}

void describe(OptionTable& table, ReadOptions& read) {
  using enum OptionFacts;
  table.heading(kFilesHeading);
  table
      .flag("--allow-truncated", read.allow_truncated,
            "Take what can be read of a damaged picture instead of refusing it")
      .is(DecidesPicture | OfWholeSheet);
  const auto take_pixels = [&field = read.max_pixels](const std::string& value) {
    const auto pixels = parse_pixel_count(value);
    field = pixels.value_or(field);
    return pixels.has_value();
  };
  table
      .text(
          "--max-pixels", "N", [&read] { return read.max_pixels; }, take_pixels, "a number of pixels, as in 500MP",
          "Refuse pictures with more pixels, before they are decoded")
      .default_text(pixel_count_text(read.max_pixels))
      .is(Reported | ShownWithPicture | OfWholeSheet);  // shown: or the command might refuse what it took before
}

void MetadataOptions::validate() const {
  if (none && keep) reject("--no-metadata and --keep-metadata contradict each other; leave one of them out");
  if (keep_gps && !keep) reject("--keep-gps does nothing without --keep-metadata; add that or leave it out");
}

}  // namespace styler::app
