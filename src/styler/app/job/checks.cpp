#include "styler/app/job/checks.hpp"

#include <spdlog/fmt/fmt.h>

#include <string>

#include "styler/app/job/record/record.hpp"
#include "styler/base/error.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {
namespace {

int64_t min_edge_of(const JobOptions& options) { return smallest_edge_for(options.stylize.objective.layers()); }

/// What to tell of a tileable texture whose edges can't be as `asked`; empty where they can.
std::string rounding_note(const JobOptions& options, Size asked) {
  if (!options.stylize.schedule.tileable) return {};
  const Size size = finest_size(options, asked);
  if (size == asked) return {};
  return "a tileable texture has edges of whole " + std::to_string(min_edge_of(options)) +
         " px with the layers in use: " + size_text(size) + " px instead of " + size_text(asked);
}

void tell_of_pictures(const StylizeInput& pictures, const JobOptions& options, const WarningSink& tell) {
  tell(fmt::format("{} ({} px)", options.is_texture() ? "texture" : "content " + options.content.string(),
                   size_text(original_size(pictures))));
  for (const StyleRecord& style : style_records(pictures)) {
    tell(fmt::format("style {} ({} px), share {:.3g}, scale {:.3g}{}{}", style.file, size_text(style.size), style.share,
                     style.scale * options.stylize.style_scale, style.region.empty() ? "" : ", region ", style.region));
  }
  for (const RegionRecord& region : region_records(pictures)) {
    tell(fmt::format("region {}: {:.1f} % of the photo, {}", region.colour, 100 * region.part,
                     region.styles > 0 ? "painted" : "left as it is"));
  }
}

}  // namespace

void check_pictures(const StylizeInput& pictures, const JobOptions& options, const WarningSink& warn,
                    const WarningSink& tell) {
  const Size content = original_size(pictures);
  check_sizes(options, content, style_extents(pictures));
  if (const std::string note = rounding_note(options, content); warn && !note.empty()) warn(note);
  if (tell) tell_of_pictures(pictures, options, tell);
  check_regions(pictures, options.stylize, min_edge_of(options));
}

void check_sizes(const JobOptions& options, Size content, const std::vector<StyleExtent>& styles) {
  const int64_t min_edge = min_edge_of(options);
  if (options.is_texture() && content.long_edge() < min_edge) {
    throw Error(ErrorCode::Input, "a texture of " + size_text(content) +
                                      " px is too small for the layers in use; use --size " + std::to_string(min_edge) +
                                      " or more");
  }
  const std::vector<Scale> schedule = make_schedule(content, options.stylize.schedule, min_edge);
  for (const Scale& scale : schedule) style_sizes(styles, scale.size, options.stylize.style_scale, min_edge);
  check_picture_size(options.output, schedule.back().size);
}

Size finest_size(const JobOptions& options, Size content) {
  return make_schedule(content, options.stylize.schedule, min_edge_of(options)).back().size;
}

}  // namespace styler::app
