#include "styler/app/folders/outputs.hpp"

#include <map>
#include <system_error>

#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {

namespace fs = std::filesystem;

void prepare_outputs(const fs::path& folder, const std::vector<fs::path>& outputs, const WriteOptions& write,
                     bool tells_finished) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) {
    throw Error(ErrorCode::Output,
                "folder " + quoted(folder) + " cannot be made (" + problem.message() + "); choose another --output");
  }
  std::map<std::string, fs::path> examples;
  for (const fs::path& output : outputs) examples.emplace(output.extension().string(), output.filename());
  WriteOptions all = write;  // what is there already is the matter of its own job
  all.replaces_protected = true;
  for (const auto& [extension, name] : examples) {
    const fs::path example = folder / name;
    check_picture_writable(fs::exists(example, problem) ? folder / ("new" + extension) : example, all);
    if (tells_finished && !can_hold_notes(example)) {
      throw Error(ErrorCode::InvalidArgument,
                  "a " + extension +
                      " file has no room to tell finished pictures by; use another --format, or add "
                      "--force to make all pictures each time");
    }
  }
}

std::string parameters_in(const fs::path& output) {
  std::error_code ignored;
  if (!fs::is_regular_file(output, ignored)) return {};
  try {
    const std::string bytes = read_picture_bytes(output);
    return is_whole_picture(bytes) ? stored_parameters(bytes) : std::string();
  } catch (const Error&) {  // unreadable: it will be made again, and writing it will say why not
    return {};
  }
}

}  // namespace styler::app
