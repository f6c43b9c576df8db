#include "styler/app/job/inputs/style_files.hpp"

#include <string>

#include "styler/app/folders/picture_sources.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// The run's output in the folder itself would be part of the style the next time.
std::vector<fs::path> files_of(const fs::path& style, const JobOptions& options, const WarningSink& warn) {
  std::error_code ignored;  // what can't be looked at says why when it is read
  if (!fs::is_directory(style, ignored)) return {style};
  SourceSearch search;
  search.option = DescribedJob(options).name(&JobOptions::styles);
  search.offers_recursive = false;
  search.warn = warn;
  const fs::path& output = options.output;
  if (!output.empty()) search.output_folder = output.has_parent_path() ? output.parent_path() : fs::path(".");
  std::vector<fs::path> files;
  for (const SourcePicture& picture : pictures_of_source(style.string(), search)) files.push_back(picture.file);
  return files;
}

void check_preview(const fs::path& preview, const fs::path& style) {
  if (preview.empty()) return;
  const fs::path folder = preview.has_parent_path() ? preview.parent_path() : fs::path(".");
  if (canonical_path(folder) != canonical_path(style)) return;
  throw Error(ErrorCode::InvalidArgument, "--preview " + quoted(preview) + " lies in the folder of --style " +
                                              quoted(style) +
                                              ", of which it would be a part the next time; put it elsewhere");
}

}  // namespace

std::vector<StyleFiles> style_files(const JobOptions& options, const WarningSink& warn) {
  std::vector<StyleFiles> styles;
  size_t pictures = 0;
  for (size_t i = 0; i < options.styles.size(); ++i) {
    check_preview(options.preview, options.styles[i]);
    StyleFiles style{files_of(options.styles[i], options, warn)};
    if (!options.style_shares.empty()) style.share = options.style_shares[i];
    if (!options.style_scales.empty()) style.scale = options.style_scales[i];
    pictures += style.files.size();
    styles.push_back(std::move(style));
  }
  if (pictures == 1 && options.stylize.objective.style_blend == StyleBlend::Losses) {
    throw Error(ErrorCode::InvalidArgument,
                "--style-blend-by losses does nothing with one style picture; name several, or leave it out");
  }
  if (pictures > 1 && !options.fine_style.empty()) {
    throw Error(ErrorCode::InvalidArgument, "--fine-style goes with one style picture, but --style has " +
                                                std::to_string(pictures) + "; name one of them");
  }
  return styles;
}

}  // namespace styler::app
