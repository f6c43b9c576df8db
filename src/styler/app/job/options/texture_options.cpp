#include "styler/app/job/options/texture_options.hpp"

#include <string>

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {

void settle_texture(const OptionTable& table, JobOptions& options) {
  if (!options.content.empty()) return;
  for (const Option& option : table.options()) {
    if (!option.given() || !option.has(OptionFacts::NeedsPhoto)) continue;
    reject(option.long_name() +
           " is for a photo, but without --content the result is a texture; give --content FILE or leave it out");
  }
  const int64_t size = options.stylize.schedule.size;
  if (!options.is_texture()) options.texture = {size, size};
  options.stylize.objective.content_layers.clear();
  if (!table.of(options.init).given()) options.init = Init::Noise;
  options.stylize.schedule.coarse_style = 1;
}

void validate_shape(const JobOptions& options) {
  if (options.content.empty()) {
    if (!options.is_texture()) {
      reject("--size is original, but without --content there is no photo to take it from; give --size N");
    }
    if (options.init == Init::Content) {
      reject("--init is content, but there is no --content; use noise or the name of a picture");
    }
    if (options.init == Init::Picture && names_model(options.init_file)) {
      reject("--init is " + quoted(options.init_file) +
             ", a generator, but there is no --content for it to paint; give --content FILE, or name a picture");
    }
    return;
  }
  if (options.is_texture()) {
    reject("--size is " + size_text(options.texture) +
           ", but a photo keeps its shape; give its long edge alone, or leave out --content for a texture");
  }
  if (options.stylize.schedule.tileable) {
    reject("--tileable is for textures, since a photo does not fit beside itself; leave it or --content out");
  }
}

}  // namespace styler::app
