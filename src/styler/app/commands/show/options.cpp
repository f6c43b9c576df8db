#include "styler/app/commands/show/options.hpp"

#include "styler/base/error.hpp"

namespace styler::app {

void ShowOptions::describe(OptionTable& table) {
  table.path("file", file, "Picture that styler wrote");
  table.flag("--json", json, "Print all that is stored: hashes, choices and the course of the loss too");
}

void ShowOptions::validate() const {
  if (file.empty()) reject("show needs a picture: styler show PICTURE");
}

}  // namespace styler::app
