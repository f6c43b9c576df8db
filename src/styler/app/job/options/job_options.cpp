#include "styler/app/job/options/job_options.hpp"

#include <CLI/CLI.hpp>
#include <cctype>
#include <cmath>

#include "styler/app/cli/option_binder.hpp"
#include "styler/app/job/options/region_options.hpp"
#include "styler/app/job/options/style_options.hpp"
#include "styler/app/job/options/texture_options.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text.hpp"

namespace styler::app {
namespace {

constexpr const char* kPictures = "Pictures";
constexpr const char* kMemory = "Memory";
constexpr const char* kMessages = "Records and messages";
constexpr const char* kLongRuns = "Long runs";

std::vector<WeightedLayer> parsed_layers(const std::vector<std::string>& texts) {
  std::vector<WeightedLayer> layers;
  layers.reserve(texts.size());
  for (const std::string& text : texts) layers.push_back(WeightedLayer::parse(text));
  return layers;
}

void bind_padding(OptionBinder& binder, ObjectiveOptions& objective) {
  binder.choice("--padding", kEdgePaddings, objective.padding,
                "What the network's first layers find beyond the picture's border: nothing, which leaves contrast "
                "there and is what other tools do, or the picture continued");
}

void bind_look(OptionBinder& binder, JobOptions& options) {
  ObjectiveOptions& objective = options.stylize.objective;
  binder.group("Look");
  const auto apply_preset = [&options](const std::string& name) {
    options.preset = kPresets.find(name).value_or(options.preset);
    options.stylize.objective = ObjectiveOptions::preset(options.preset);
  };
  // First of those that touch the objective: what is given explicitly is applied afterwards and so wins.
  binder.choice("--preset", kPresets.words(), std::string(kPresets.word(options.preset)), apply_preset,
                "Loss constants, weights and layers to start from: this program's, those of Johnson's tool, or those "
                "of the paper; options given beside it win");
  binder.decimal("--content-weight", objective.content_weight, "How much the photo's forms count");
  binder.decimal("--style-weight", objective.style_weight, "How much the painting's style counts");
  binder.decimal("--tv-weight", objective.tv_weight, "How much smoothness counts (total variation)");
  binder.decimal("--range-weight", objective.range_weight, "How firmly values are kept where a file can hold them");
  binder.decimal("--strength", objective.strength,
                 "One dial from 0, the photo as it is, to 1, the style alone; 0.5 leaves the weights as they stand");
  binder.list(
      "--content-layers", "LAYER[:X],...", layers_text(objective.content_layers),
      [&objective](const auto& texts) { objective.content_layers = parsed_layers(texts); },
      "Layers of VGG19 that hold the content, each with an optional weight");
  binder.list(
      "--style-layers", "LAYER[:X],...", layers_text(objective.style_layers),
      [&objective](const auto& texts) { objective.style_layers = parsed_layers(texts); },
      "Layers of VGG19 that hold the style, as in relu1_1:0.2,relu2_1");
  bind_style_loss(binder, options);
  binder.choice("--pooling", kPoolings, options.pooling, "How the network halves its features");
  bind_style_scale(binder, options);
  binder.decimal(
      "--coarse-style", options.stylize.schedule.coarse_style,
      "Share of --style-weight at all sizes but the last, and in the first third of its iterations: 1 lets the "
      "painting's large figures in, less keeps the photo's, above all from noise");
  binder.choice(
      "--color", kColourModes, options.stylize.color,
      "Whose colours: the painting's (style); the photo's, of which only light and dark is painted (luminance); or the "
      "painting's, given the mean and covariance (match) or the histogram of the photo's");
  bind_padding(binder, objective);
  const auto read_init = [&options](const std::string& word) {
    options.init = kInits.find(word).value_or(Init::Picture);  // a file may be called `picture`
    options.init_file = options.init == Init::Picture ? word : "";
    return !word.empty();
  };
  binder.text("--init", "content|noise|FILE", init_name(options), read_init, "content, noise or the name of a picture",
              "Where the optimisation starts; without a photo from noise");
  binder.whole("--seed", options.stylize.seed, "Seed of --init noise");
}

void bind_files(OptionBinder& binder, JobOptions& options) {
  binder.group("Files");
  binder.choice(
      "--bit-depth", {"8", "16"}, std::to_string(options.write.bit_depth),
      [&field = options.write.bit_depth](const std::string& word) { field = word == "8" ? 8 : 16; },
      "Bits per channel of the output; 16 for .png and .tif");
  binder.text(
      "--quality", "N", "95 for .jpg, lossless for .webp",
      [&field = options.write.quality](const std::string& value) {
        const auto quality = parse_whole(value);
        if (!quality || *quality < 1 || *quality > 100) return false;
        field = static_cast<int>(*quality);
        return true;
      },
      "a whole number from 1 to 100", "Quality of a .jpg or .webp");
  binder.flag("--dither", options.write.dither, "Add a level of noise before rounding, against bands in gradients");
  binder.text(
      "--background", "COLOUR", colour_text(options.write.background),
      [&field = options.write.background](const std::string& value) {
        const auto colour = parse_colour(value);
        field = colour.value_or(field);
        return colour.has_value();
      },
      "white, black, grey or #rrggbb", "What shows through a transparent photo where the output can't be transparent");
  binder.flag("--no-metadata", options.no_metadata,
              "Leave out of the output how it was made, which `styler show` prints");
  binder.flag("--keep-metadata", options.keep_metadata,
              "Copy the photo's EXIF and XMP to the output, but for where it was taken");
  binder.flag("--keep-gps", options.keep_gps, "With --keep-metadata: where it was taken too");
  binder.text(
      "--max-pixels", "N", pixel_count_text(options.read.max_pixels),
      [&field = options.read.max_pixels](const std::string& value) {
        const auto pixels = parse_pixel_count(value);
        field = pixels.value_or(field);
        return pixels.has_value();
      },
      "a number of pixels, as in 500MP", "Refuse pictures with more pixels, before they are decoded");
  binder.flag("--allow-truncated", options.read.allow_truncated,
              "Take what can be read of a damaged picture instead of refusing it");
}

void bind_effort(OptionBinder& binder, JobOptions& options) {
  StylizeOptions& stylize = options.stylize;
  binder.group("Effort");
  binder.whole("--iterations", stylize.schedule.iterations, "Iterations at each size");
  binder.text(
      "--scales", "N", stylize.schedule.scales == 0 ? "from below 256 px" : std::to_string(stylize.schedule.scales),
      [&field = stylize.schedule.scales](const std::string& value) {
        const auto scales = parse_whole(value);
        field = scales.value_or(field);
        return scales && *scales >= 1;
      },
      "a whole number, at least 1", "Sizes to work at, each half of the next; 1 works at the final size only");
  binder.choice("--optimizer", kOptimizerMethods, stylize.optimizer.method, "Method of optimisation");
  binder.whole("--history-size", stylize.optimizer.history_size,
               "Steps that L-BFGS remembers, at 24 bytes per pixel and step");
  binder.choice("--history-precision", kPrecisions, stylize.optimizer.history_precision,
                "Numbers in which L-BFGS remembers them: bf16 takes half the memory");
  binder.choice("--preconditioner", kPreconditionings, stylize.optimizer.preconditioner,
                "How L-BFGS begins: with smooth changes going further, which saves iterations, or as in other tools");
  binder.decimal("--learning-rate", stylize.optimizer.learning_rate, "Step size of Adam, in steps of 8-bit colour");
  binder.decimal("--tolerance-change", stylize.optimizer.tolerance_change,
                 "End a scale when the loss changes by less than this fraction in " +
                     std::to_string(stylize.optimizer.change_window) + " iterations; 0: never");
  binder.decimal("--tolerance-gradient", stylize.optimizer.tolerance_gradient,
                 "End a scale when no entry of the gradient exceeds this; 0: never");
  binder.text(
      "--time-limit", "TIME", stylize.optimizer.time_limit_seconds == 0 ? "none" : "",
      [&field = stylize.optimizer.time_limit_seconds](const std::string& value) {
        const auto seconds = parse_seconds(value);
        field = seconds.value_or(field);
        return seconds && *seconds > 0;
      },
      "seconds above 0 or a time such as 90s, 10m or 1h30m",
      "Optimise no longer than this, shared out among the scales: seconds, or 90s, 10m, 1h30m");
}

void bind_machine(OptionBinder& binder, JobOptions& options) {
  binder.group("Machine");
  binder.text(
      "--device", "auto|cpu|cuda[:N]", options.machine.device.device,
      [&field = options.machine.device.device](const std::string& value) {
        field = value;
        return true;
      },
      "", "Where to compute; auto takes a GPU that LibTorch can use");
  binder.choice("--precision", kPrecisions, options.machine.device.precision,
                "Numbers inside the network; auto takes bf16 where the processor has it");
  binder.text(
      "--threads", "N", "physical cores",
      [&field = options.machine.device.threads](const std::string& value) {
        const auto threads = parse_whole(value);
        if (!threads || *threads < 1 || *threads > 4096) return false;
        field = static_cast<int>(*threads);
        return true;
      },
      "a whole number from 1 to 4096; leave it out for one per physical core", "Threads of the processor");
  binder.path("--weights", options.machine.weights,
              "VGG19 weights to use; else the first that `styler weights list` shows");
}

void bind_long_runs(OptionBinder& binder, JobOptions& options) {
  binder.group(kLongRuns);
  binder.path(
      "--checkpoint", options.checkpoint,
      "Keep in this file what it takes to go on, should the run be killed; a large one: 60 bytes per pixel, and "
      "24 more for each step that L-BFGS remembers");
  binder.text(
      "--checkpoint-every", "N|TIME", checkpoint_interval_text(options.checkpoint_every),
      [&field = options.checkpoint_every](const std::string& value) {
        const auto interval = parse_checkpoint_interval(value);
        field = interval.value_or(field);
        return interval.has_value();
      },
      "a whole number of iterations, at least 1, or a time such as 90s, 10m or 1h30m",
      "How often: every N iterations, or a time such as 90s, 10m, 1h30m");
  binder.path("--resume", options.resume,
              "Go on from this checkpoint; everything that decides the picture must be as it was. The file stays");
  binder.path("--preview", options.preview,
              "Replace this picture every few seconds by the one in work, to watch it grow");
}

void bind_memory(OptionBinder& binder, MemoryOptions& memory) {
  binder.group(kMemory);
  binder.text(
      "--memory-limit", "SIZE", "most of what is available",
      [&field = memory.limit_bytes](const std::string& value) {
        const auto bytes = parse_bytes(value);
        field = bytes.value_or(field);
        return bytes.has_value();
      },
      "a number of bytes, as in 4G or 500M (of 1024 each way)",
      "Memory that may be in use at most, as in 4G or 500M; what doesn't fit runs in tiles, and then with a shorter "
      "history");
  binder.text(
      "--tile", "N|off|auto", "auto",
      [&field = memory.tile](const std::string& value) {
        field = parse_tile(value);
        return field.has_value() || value == "auto";
      },
      "a whole number of pixels, off or auto", "Edge of the tiles that the network works on; auto: as memory allows");
}

void bind_messages(OptionBinder& binder, JobOptions& options) {
  binder.group(kMessages);
  binder.text(
      "--save-every", "N", options.save_every == 0 ? "never" : std::to_string(options.save_every),
      [&field = options.save_every](const std::string& value) {
        const auto count = parse_whole(value);
        field = count.value_or(field);
        return count && *count >= 1;
      },
      "a whole number, at least 1",
      "Also save the picture every N iterations, beside the output: out.png gives out_s2_0050.png for iteration 50 "
      "of the second scale");
  binder.flag("-q,--quiet", options.messages.quiet, "Print nothing but errors");
  binder.counter("-v,--verbose", options.messages.verbosity, "Print what was chosen and why; -vv: every iteration too");
  binder.path("--log-file", options.messages.log_file, "Add what -v prints to this file");
}

}  // namespace

std::optional<CheckpointInterval> parse_checkpoint_interval(std::string_view text) {
  if (const auto iterations = parse_whole(text)) {
    return *iterations >= 1 ? std::optional(CheckpointInterval{*iterations, 0}) : std::nullopt;
  }
  if (text.empty() || !std::isalpha(static_cast<unsigned char>(text.back()))) return std::nullopt;
  const auto seconds = parse_seconds(text);
  return seconds && *seconds > 0 ? std::optional(CheckpointInterval{0, *seconds}) : std::nullopt;
}

std::string checkpoint_interval_text(const CheckpointInterval& interval) {
  if (interval.iterations > 0) return std::to_string(interval.iterations);
  const double minutes = interval.seconds / 60;
  return minutes == std::floor(minutes) ? decimal_text(minutes) + "m" : decimal_text(interval.seconds) + "s";
}

std::string init_name(const JobOptions& options) {
  return options.init == Init::Picture ? options.init_file.string() : std::string(kInits.word(options.init));
}

std::string tile_text(std::optional<int64_t> tile) {
  if (!tile) return "auto";
  return *tile == 0 ? "off" : std::to_string(*tile);
}

std::string layers_text(const std::vector<WeightedLayer>& layers) {
  std::string text;
  for (const WeightedLayer& layer : layers) text.append(text.empty() ? "" : ",").append(layer.text());
  return text;
}

void bind_pictures(OptionBinder& binder, JobOptions& options) {
  binder.group(kPictures);
  binder.path("--content", options.content, "Photo whose forms are kept; without one the result is a texture");
  bind_styles(binder, options);
  binder.path("-o,--output", options.output, "Picture to write: .png, .jpg, .tif, .webp, .bmp or .ppm");
  bind_tileable(binder, options);
}

void bind_settings(OptionBinder& binder, JobOptions& options) {
  bind_size(binder, options);
  bind_look(binder, options);
  bind_files(binder, options);
  bind_effort(binder, options);
  bind_machine(binder, options);
  bind_memory(binder, options.stylize.memory);
  bind_messages(binder, options);
}

void bind_options(CLI::App& app, JobOptions& options) {
  OptionBinder binder(app);
  bind_pictures(binder, options);
  bind_settings(binder, options);
  bind_style_blend(binder, options);
  bind_regions(binder, options);
  bind_long_runs(binder, options);
  binder.group(kMemory);
  binder.flag("--dry-run", options.dry_run,
              "Print how the work would be done from its start, the memory and the time it would take, and end; "
              "writes nothing but --log-file, whatever else is named, and needs no --output");
  binder.group(kMessages);
  binder.path("--report", options.report, "Write options, choices, losses and times to this JSON file");
}

void JobOptions::validate() const {
  const auto require = [](bool given, const std::string& flag, const std::string& what) {
    if (!given) {
      throw Error(ErrorCode::InvalidArgument, flag + " is missing: name " + what + " with " + flag + " FILE");
    }
  };
  require(!styles.empty(), "--style", "the painting");
  if (!dry_run) require(!output.empty(), "--output", "the picture to write");
  validate_styles(*this);
  validate_regions(*this);
  validate_shape(*this);
  validate_settings();
}

void JobOptions::validate_settings() const {
  if (messages.quiet && messages.verbosity > 0) {
    throw Error(ErrorCode::InvalidArgument, "--quiet and --verbose contradict each other; leave one of them out");
  }
  if (no_metadata && keep_metadata) {
    throw Error(ErrorCode::InvalidArgument,
                "--no-metadata and --keep-metadata contradict each other; leave one of them out");
  }
  if (keep_gps && !keep_metadata) {
    throw Error(ErrorCode::InvalidArgument,
                "--keep-gps does nothing without --keep-metadata; add that or leave it out");
  }
  if (!is_texture() && stylize.objective.content_layers.empty()) {
    throw Error(
        ErrorCode::InvalidArgument,
        "content-layers is empty but must name at least one layer; use --content-weight 0 to leave content out");
  }
  read.validate();
  write.validate();
  stylize.validate();
  machine.device.validate();
}

}  // namespace styler::app
