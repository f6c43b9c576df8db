#include "styler/app/job/inputs.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "styler/app/job/region_maps.hpp"
#include "styler/app/job/style_files.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// Puts the files of one job into their places.
class InputReader {
 public:
  InputReader(const JobOptions& options, const WarningSink& warn, PictureCache* shared)
      : options_(options), warn_(warn), shared_(shared) {}

  JobInput operator()() {
    if (shared_ != nullptr) read_styles();
    read_content();
    if (shared_ == nullptr) read_styles();
    StylizeInput& pictures = input_.pictures;
    if (!options_.content_regions.empty()) assign_regions(options_, styles_, pictures, input_.hashes, warn_);
    if (!options_.fine_style.empty()) input_.fine_style = read(options_.fine_style, input_.hashes.fine_style);
    pictures.init = options_.init;
    if (options_.init == Init::Picture) pictures.init_picture = read(options_.init_file, input_.hashes.init);
    return std::move(input_);
  }

 private:
  void read_content() {
    if (options_.is_texture()) {
      input_.pictures.texture = options_.texture;
      return;
    }
    const LoadedFile loaded = shared_ != nullptr ? shared_->take(options_.content) : load_file(options_.content);
    input_.hashes.content = loaded.sha256;
    input_.pictures.content = decode_picture(loaded.bytes, options_.content, options_.read, warn_);
    if (options_.metadata.keep) input_.photo = photo_metadata(loaded.bytes, options_.metadata.keep_gps);
  }

  void read_styles() {
    styles_ = style_files(options_);
    for (const StyleFiles& style : styles_) {
      std::vector<std::string>& hashes = input_.hashes.styles.emplace_back();
      for (const fs::path& file : style.files) {
        StyleSource& source = input_.pictures.styles.emplace_back();
        source.picture = read(file, hashes.emplace_back());
        source.weight = style.share / static_cast<double>(style.files.size());
        source.scale = style.scale;
        source.name = file.string();
      }
    }
  }

  Picture read(const fs::path& file, std::string& sha256) {
    if (shared_ != nullptr) {
      sha256 = shared_->sha256(file);
      return shared_->picture(file, options_.read, warn_);
    }
    const LoadedFile loaded = load_file(file);
    sha256 = loaded.sha256;
    return decode_picture(loaded.bytes, file, options_.read, warn_);
  }

  const JobOptions& options_;
  const WarningSink& warn_;
  PictureCache* shared_;
  JobInput input_;
  std::vector<StyleFiles> styles_;
};

}  // namespace

JobInput read_inputs(const JobOptions& options, const WarningSink& warn, PictureCache* shared) {
  return InputReader(options, warn, shared)();
}

}  // namespace styler::app
