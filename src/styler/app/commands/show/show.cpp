#include <iostream>
#include <nlohmann/json.hpp>

#include "styler/app/commands/show/options.hpp"
#include "styler/app/job/record/stored_parameters.hpp"
#include "styler/base/error.hpp"
#include "styler/base/parse_text.hpp"
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
  // Of a foreign file: nothing but one line of comment may come of it.
  for (char& letter : line) letter = static_cast<unsigned char>(letter) < ' ' ? ' ' : letter;
  return line;
}

}  // namespace

int run(const ShowOptions& options) {
  const json parameters = read_parameters(stored_parameters(read_picture_bytes(options.file)), options.file);
  if (options.json) {
    std::cout << parameters.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
  } else {
    std::cout << headline(parameters) << '\n' << command_text(parameters, options.file) << '\n';
  }
  return 0;
}

}  // namespace styler::app
