#include "paint_options.hpp"

#include <charconv>
#include <functional>
#include <map>
#include <string_view>

#include "styler/base/error.hpp"

namespace bench {
namespace {

using styler::Error;
using styler::ErrorCode;

template <typename Number>
Number number(const std::string& name, const std::string& text) {
  Number value{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem == std::errc() && end == text.data() + text.size()) return value;
  throw Error(ErrorCode::InvalidArgument, "--" + name + " is '" + text + "' but must be a number");
}

using Setters = std::map<std::string, std::function<void(const std::string& name, const std::string& value)>>;

Setters setters_of(PaintOptions& options) {
  styler::StylizeOptions& stylize = options.stylize;
  const auto text = [](auto& target) { return [&target](const std::string&, const std::string& v) { target = v; }; };
  const auto whole = [](auto& target) {
    return [&target](const std::string& name, const std::string& v) { target = number<int64_t>(name, v); };
  };
  const auto decimal = [](double& target) {
    return [&target](const std::string& name, const std::string& v) { target = number<double>(name, v); };
  };
  const auto yes = [](bool& target) {
    return [&target](const std::string& name, const std::string& v) { target = number<int>(name, v) != 0; };
  };
  const auto word = [](auto& target, const auto& names) {
    return [&target, &names](const std::string& name, const std::string& v) { target = names.parse(name, v); };
  };
  return {
      {"device", text(options.device.device)},
      {"precision", word(options.device.precision, styler::kPrecisions)},
      {"threads", [&](const std::string& n, const std::string& v) { options.device.threads = number<int>(n, v); }},
      {"content", text(options.content)},
      {"style", text(options.style)},
      {"output", text(options.output)},
      {"size", whole(stylize.schedule.size)},
      {"scales", whole(stylize.schedule.scales)},
      {"iterations", whole(stylize.schedule.iterations)},
      {"tile", whole(stylize.memory.tile)},
      {"memory-limit", whole(stylize.memory.limit_bytes)},
      {"history", whole(stylize.optimizer.history_size)},
      {"content-weight", decimal(stylize.objective.content_weight)},
      {"style-weight", decimal(stylize.objective.style_weight)},
      {"tv-weight", decimal(stylize.objective.tv_weight)},
      {"preset",
       [&](const std::string&, const std::string& v) {
         stylize.objective = styler::ObjectiveOptions::preset(styler::kPresets.parse("preset", v));
       }},
      {"style-loss", word(stylize.objective.style_loss, styler::kStyleLosses)},
      {"tf32", yes(options.tf32)},
      {"search-kernels", yes(options.search_kernels)},
  };
}

}  // namespace

PaintOptions parse_paint_options(int argc, const char* const* argv) {
  PaintOptions options;
  options.stylize.schedule.coarse_style = 1;  // one objective in all evaluations of a size, as others have it
  const Setters setters = setters_of(options);
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const size_t sign = argument.find('=');
    const std::string name(argument.substr(0, sign).substr(argument.starts_with("--") ? 2 : 0));
    const auto setter = setters.find(name);
    if (!argument.starts_with("--") || sign == std::string_view::npos || setter == setters.end()) {
      throw Error(ErrorCode::InvalidArgument, "'" + std::string(argument) + "' is no --NAME=VALUE; see --help");
    }
    setter->second(name, std::string(argument.substr(sign + 1)));
  }
  options.device.validate();
  options.stylize.validate();
  return options;
}

const char* paint_help() {
  return "styler_paint [--NAME=VALUE]...: one run without the program and its files, told of in one line of JSON\n"
         "  content, style   8-bit PPM, used as it is; left out, they are made up at --size, 4:3\n"
         "  output           8-bit PPM\n"
         "  size, scales, iterations, preset, style-loss, content-weight, style-weight, tv-weight, history, tile,\n"
         "  memory-limit (bytes), device, precision, threads: as the program has them; preset before weights\n"
         "  tf32             0: convolutions in float32 keep all digits on a GPU; 1: LibTorch's default\n"
         "  search-kernels   1: cuDNN tries its kernels and keeps the fastest";
}

}  // namespace bench
