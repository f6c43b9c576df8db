#include "app/preflight.hpp"

#include <string>
#include <vector>

#include "styler/atomic_file.hpp"
#include "styler/error.hpp"
#include "styler/image_io.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// True when both names lead to one file, by links and detours too, or would if it were there.
bool same_file(const fs::path& a, const fs::path& b) {
  std::error_code ignored;
  if (fs::equivalent(a, b, ignored)) return true;
  return fs::weakly_canonical(a, ignored) == fs::weakly_canonical(b, ignored);
}

/// --save-every writes names that nobody typed, which must not be an input's.
void check_snapshots(const TransferOptions& options) {
  if (options.save_every < 1) return;
  const std::string start = options.output.stem().string() + "_s";
  for (const fs::path& input : {options.content, options.style, options.init_file}) {
    if (input.empty() || input.filename().string().rfind(start, 0) != 0) continue;
    if (input.extension() != options.output.extension()) continue;
    if (!same_file(input, options.output.parent_path() / input.filename())) continue;
    throw Error(ErrorCode::InvalidArgument, "--save-every could overwrite the input '" + input.string() +
                                                "', whose name is of the form " + start +
                                                "…; give --output another name");
  }
}

}  // namespace

void check_distinct(const std::vector<NamedFile>& written, const std::vector<NamedFile>& others) {
  const auto check = [](const NamedFile& file, const NamedFile& other) {
    if (file.file.empty() || other.file.empty() || !same_file(file.file, other.file)) return;
    throw Error(ErrorCode::InvalidArgument, file.name + " and " + other.name + " are both '" + file.file.string() +
                                                "' but must be different files; give " + file.name + " another name");
  };
  for (size_t i = 0; i < written.size(); ++i) {
    for (const NamedFile& other : others) check(written[i], other);
    for (size_t j = 0; j < i; ++j) check(written[i], written[j]);
  }
}

void check_outputs(const TransferOptions& options) {
  check_distinct(
      {{"--output", options.output}, {"--report", options.report}, {"--log-file", options.messages.log_file}},
      {{"--content", options.content},
       {"--style", options.style},
       {"--init", options.init_file},
       {"--weights", options.weights}});
  check_snapshots(options);
  check_picture_writable(options.output, options.write);
  if (!options.report.empty()) check_writable(options.report);
  if (!options.messages.log_file.empty()) check_writable(options.messages.log_file);
}

void check_sizes(const TransferOptions& options, Size content, Size style) {
  const int64_t min_edge = smallest_edge_for(options.stylize.objective.layers());
  for (const Scale& scale : make_schedule(content, options.stylize.schedule, min_edge)) {
    style_size(style, scale.size, options.stylize.style_scale, min_edge);
  }
}

}  // namespace styler::app
