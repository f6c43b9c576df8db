#include "styler/app/job/inputs/inputs.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "styler/app/host/memory_budget.hpp"
#include "styler/app/job/inputs/region_maps.hpp"
#include "styler/app/job/inputs/style_files.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/core/generator/model_file.hpp"
#include "styler/core/generator/paint.hpp"
#include "styler/core/picture/resample.hpp"

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
    if (!options_.content_regions.empty())
      assign_regions(options_, reading(0), styles_, pictures, input_.hashes, warn_);
    if (!options_.fine_style.empty()) {
      input_.fine_style = read(options_.fine_style, style_edge(), input_.hashes.fine_style);
    }
    pictures.init = options_.init;
    if (options_.init == Init::Picture) {
      pictures.init_picture = names_model(options_.init_file)
                                  ? painted_by_model()
                                  : read(options_.init_file, content_edge(), input_.hashes.init);
    }
    return std::move(input_);
  }

 private:
  /// The long edge of the result; 0 where that is the photo's own.
  int64_t content_edge() const {
    return std::max(options_.stylize.schedule.size, options_.is_texture() ? options_.texture.long_edge() : 0);
  }

  /// The longest edge at which a style is looked at, which the painting of fine strokes has too. One for all, since
  /// jobs share pictures.
  int64_t style_edge() const {
    double scale = options_.stylize.style_scale;
    for (const double own : options_.style_scales) scale = std::max(scale, options_.stylize.style_scale * own);
    return static_cast<int64_t>(std::ceil(static_cast<double>(content_edge()) * scale));
  }

  /// How a picture may be read of which no more than this edge is needed, beside those that are here.
  ReadOptions reading(int64_t edge) const {
    ReadOptions reading = options_.read;
    reading.used_edge = edge;
    reading.memory_bytes = std::max<int64_t>(1, budget_ - held_);
    return reading;
  }

  const Picture& held(const Picture& picture) {
    held_ += static_cast<int64_t>(picture.colour.nbytes());
    if (picture.alpha.defined()) held_ += static_cast<int64_t>(picture.alpha.nbytes());
    return picture;
  }

  void read_content() {
    if (options_.is_texture()) {
      input_.pictures.texture = options_.texture;
      return;
    }
    const LoadedFile loaded = shared_ != nullptr ? shared_->take(options_.content) : load_file(options_.content);
    input_.hashes.content = loaded.sha256;
    input_.pictures.content = held(decode_picture(loaded.bytes, options_.content, reading(content_edge()), warn_));
    if (options_.metadata.keep) input_.photo = photo_metadata(loaded.bytes, options_.metadata.keep_gps);
  }

  void read_styles() {
    styles_ = style_files(options_, warn_);
    for (const StyleFiles& style : styles_) {
      std::vector<std::string>& hashes = input_.hashes.styles.emplace_back();
      for (const fs::path& file : style.files) {
        StyleSource& source = input_.pictures.styles.emplace_back();
        source.picture = read(file, style_edge(), hashes.emplace_back());
        source.weight = style.share / static_cast<double>(style.files.size());
        source.scale = style.scale;
        source.name = file.string();
      }
    }
  }

  /// The photo as a generator paints it, at the size of the result.
  Picture painted_by_model() {
    const Picture& photo = input_.pictures.content;
    STYLER_ASSERT(photo.colour.defined());  // which validate() has seen to
    input_.hashes.init = file_sha256(options_.init_file);
    const Model model = read_model(options_.init_file);
    const Size own = own_size(photo);
    const Size size = content_edge() > 0 ? scaled_to_long_edge(own, content_edge()) : own;
    return held({paint(model.styles.painter(), resized(Picture{photo.colour, {}}, size).colour), {}});
  }

  Picture read(const fs::path& file, int64_t edge, std::string& sha256) {
    if (shared_ != nullptr) {
      sha256 = shared_->sha256(file);
      return held(shared_->picture(file, reading(edge), warn_));
    }
    const LoadedFile loaded = load_file(file);
    sha256 = loaded.sha256;
    return held(decode_picture(loaded.bytes, file, reading(edge), warn_));
  }

  const JobOptions& options_;
  const WarningSink& warn_;
  PictureCache* shared_;
  JobInput input_;
  std::vector<StyleFiles> styles_;
  int64_t budget_ = reading_budget(options_.stylize.memory, options_.machine.device);
  int64_t held_ = 0;  ///< By the pictures that were read.
};

}  // namespace

void check_start(const JobOptions& options) {
  if (options.init != Init::Picture) return;
  if (names_model(options.init_file)) {
    check_paints_photos(read_model(options.init_file), options.init_file);
  } else {
    read_picture(options.init_file, within_budget(options.read, options.stylize.memory, options.machine.device));
  }
}

JobInput read_inputs(const JobOptions& options, const WarningSink& warn, PictureCache* shared) {
  return InputReader(options, warn, shared)();
}

}  // namespace styler::app
