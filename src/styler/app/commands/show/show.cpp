#include <iostream>
#include <nlohmann/json.hpp>

#include "styler/app/commands/apply/record.hpp"
#include "styler/app/commands/show/options.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/app/job/record/stored_parameters.hpp"
#include "styler/app/session/console.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

/// `# styler 0.1.0, 512x384 px, loss 0.81`: a comment to a shell, with what the text has of it.
std::string headline(const json& parameters) {
  const auto number = [&](const char* key) { return parameters.value(key, json()).is_number(); };
  std::string line = "# styler";
  if (parameters.value("styler", json()).is_string()) line += " " + parameters["styler"].get<std::string>();
  if (number("width") && number("height")) {
    line += ", " + parameters["width"].dump() + "x" + parameters["height"].dump() + " px";
  }
  if (number("saved_loss")) line += ", loss " + decimal_text(parameters["saved_loss"].get<double>());
  if (parameters.value("stopped", json()) == json(true)) line += ", stopped before the end";
  const size_t unknown = tells_of_apply(parameters) ? unknown_applied_options(parameters) : unknown_options(parameters);
  if (unknown > 0) {
    line += ", without " + std::to_string(unknown) + " options that this version does not know";
  }
  return printable(line);  // of a foreign file: nothing but one line of comment may come of it
}

}  // namespace

int run(const ShowOptions& options) {
  const json parameters = read_parameters(stored_parameters(read_picture_bytes(options.file)), options.file);
  if (options.json) {
    std::cout << json_text(parameters, 2) << '\n';
  } else {
    print_line(headline(parameters));
    print_line(tells_of_apply(parameters) ? applied_command(parameters, options.file)
                                          : command_text(parameters, options.file));
  }
  return 0;
}

}  // namespace styler::app
