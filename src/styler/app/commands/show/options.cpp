#include "styler/app/commands/show/options.hpp"

#include "styler/app/cli/option_binder.hpp"
#include "styler/base/error.hpp"

namespace styler::app {

void bind_options(CLI::App& app, ShowOptions& options) {
  OptionBinder binder(app);
  binder.group("Options");
  binder.path("file", options.file, "Picture that styler wrote");
  binder.flag("--json", options.json, "Print all that is stored: hashes, choices and the course of the loss too");
}

void ShowOptions::validate() const {
  if (file.empty()) throw Error(ErrorCode::InvalidArgument, "show needs a picture: styler show PICTURE");
}

}  // namespace styler::app
