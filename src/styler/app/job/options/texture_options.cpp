#include "styler/app/job/options/texture_options.hpp"

#include <CLI/CLI.hpp>
#include <string>

#include "styler/app/cli/option_binder.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text.hpp"

namespace styler::app {
namespace {

constexpr const char* kPictures = "Pictures";

}  // namespace

void bind_size(OptionBinder& binder, JobOptions& options) {
  binder.group(kPictures);
  const auto read_size = [&field = options.stylize.schedule.size,
                          &texture = options.texture](const std::string& value) {
    const auto shape = parse_shape(value);
    const auto size = shape ? shape->long_edge() : parse_size(value);
    texture = shape.value_or(Size{});
    field = size.value_or(field);
    return size.has_value();
  };
  binder.text(
      "--size", "N|WxH|original", size_text(options.stylize.schedule.size), read_size,
      "a whole number of pixels, at least 1, 'original' for the photo's own size, or width and height of a texture "
      "as in 640x480",
      "Long edge of the result in pixels; without a photo both edges, or WxH");
}

void bind_tileable(OptionBinder& binder, JobOptions& options) {
  binder.group(kPictures);
  binder.flag("--tileable", options.stylize.schedule.tileable,
              "Make a texture that fits beside itself on every side, for floors, walls and games");
}

void settle_texture(const CLI::App& app, JobOptions& options) {
  if (!options.content.empty()) return;
  for (const char* const name : {"--content-weight", "--content-layers", "--strength", "--coarse-style", "--color",
                                 "--background", "--keep-metadata", "--keep-gps"}) {
    if (app.get_option(name)->count() == 0) continue;
    reject(std::string(name) +
           " is for a photo, but without --content the result is a texture; give --content FILE or leave it out");
  }
  const int64_t size = options.stylize.schedule.size;
  if (!options.is_texture()) options.texture = {size, size};
  options.stylize.objective.content_layers.clear();
  if (app.get_option("--init")->count() == 0) options.init = Init::Noise;
}

void validate_shape(const JobOptions& options) {
  if (options.content.empty()) {
    if (!options.is_texture()) {
      reject("--size is original, but without --content there is no photo to take it from; give --size N");
    }
    if (options.init == Init::Content) {
      reject("--init is content, but there is no --content; use noise or the name of a picture");
    }
    return;
  }
  if (options.is_texture()) {
    reject("--size is " + styler::size_text(options.texture) +
           ", but a photo keeps its shape; give its long edge alone, or leave out --content for a texture");
  }
  if (options.stylize.schedule.tileable) {
    reject("--tileable is for textures, since a photo does not fit beside itself; leave it or --content out");
  }
}

}  // namespace styler::app
