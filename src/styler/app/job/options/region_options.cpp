#include "styler/app/job/options/region_options.hpp"

#include <string>

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
std::string counted(size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

bool names_colour(const std::filesystem::path& word) { return word.native().starts_with('#'); }

void validate_regions(const JobOptions& options) {
  const size_t regions = options.style_regions.size();
  if (options.content_regions.empty()) {
    if (regions == 0) return;
    reject("--style-regions does nothing without --content-regions; add a map of the photo or leave it out");
  }
  if (options.content.empty()) {
    reject("--content-regions is a map of the photo, but there is no --content; name that, or leave both out");
  }
  if (regions == 0) {
    reject("--content-regions does nothing without --style-regions; say with that which style is for which region");
  }
  if (regions != options.styles.size()) {
    reject("--style-regions has " + counted(regions, "region") + ", but --style names " +
           counted(options.styles.size(), "style") + "; give one for each, in their order");
  }
  for (const std::filesystem::path& word : options.style_regions) {
    if (!names_colour(word) || parse_colour(word.string())) continue;
    reject("--style-regions is " + quoted(word) +
           " but a colour must be #rrggbb; a file whose name begins with # is written ./#");
  }
  if (!options.fine_style.empty()) {
    reject("--fine-style and --style-regions exclude each other; leave one of them out");
  }
}

}  // namespace styler::app
