#include "styler/app/films/options/encoding_options.hpp"

#include <functional>
#include <string>
#include <vector>

#include "styler/base/text/parse_text.hpp"

namespace styler::app {

using enum OptionFacts;

namespace {

constexpr const char* kOfFilms = "is of films, but --output is a pattern of pictures; leave it out, or name a film";

}  // namespace

void describe(OptionTable& table, FilmWriteOptions& encoding, const std::function<bool()>& is_idle) {
  table.heading("Encoding");
  table
      .text("--codec", "WORD", encoding.codec, "the name of an encoder of FFmpeg's, such as libx264",
            "How the film is encoded: libx264, libx265, libsvtav1, libvpx-vp9, ffv1, prores_ks")
      .is(DecidesPicture)
      .idle_if(is_idle, kOfFilms)
      .brief("How the film is encoded [" + encoding.codec + "]");
  const auto take_crf = [&encoding](const std::string& text) {
    encoding.crf = parse_decimal(text);
    return encoding.crf.has_value();
  };
  table
      .text(
          "--crf", "X", [&encoding] { return encoding.crf ? decimal_text(*encoding.crf) : std::string(); }, take_crf,
          "a number", "Quality of the film: less is better and larger, in the codec's own steps")
      .default_text("one at which strokes stay")
      .is(DecidesPicture)
      .idle_if(is_idle, kOfFilms)
      .brief("Quality of the film: less is better");
  table
      .text("--pixel-format", "WORD", encoding.pixel_format, "a pixel format of FFmpeg's, such as yuv420p10le",
            "How colours are stored, such as yuv420p10le for 10 bits")
      .default_text("what players show")
      .is(DecidesPicture)
      .idle_if(is_idle, kOfFilms);
  table
      .repeated(
          "-e,--encoder-option", "KEY=VALUE",
          [&encoding](const std::vector<std::string>& words) { encoding.encoder_options = words; },
          "An option of the encoder, such as preset=slow or tune=grain; may be given several times")
      .of(&encoding.encoder_options)
      .as([&encoding] { return OptionValue(encoding.encoder_options); })
      .is(DecidesPicture)
      .idle_if(is_idle, kOfFilms);
  const auto take_background = [&encoding](const std::string& value) {
    const auto colour = parse_colour(value);
    encoding.background = colour.value_or(encoding.background);
    return colour.has_value();
  };
  table
      .text(
          "--background", "COLOUR", [&encoding] { return colour_text(encoding.background); }, take_background,
          "white, black, grey or #rrggbb",
          "What shows through transparent frames where the output can't be transparent")
      .is(DecidesPicture)
      .idle_if(is_idle, kOfFilms);
}

}  // namespace styler::app
