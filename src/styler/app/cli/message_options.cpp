#include "styler/app/cli/message_options.hpp"

#include "styler/base/error.hpp"

namespace styler::app {

void describe(OptionTable& table, MessageOptions& messages) {
  using enum OptionFacts;
  table.heading("Records and messages");
  table.flag("-q,--quiet", messages.quiet, "Print nothing but errors").is(Reported | OfWholeSheet);
  table.counter("-v,--verbose", messages.verbosity, "Print what was chosen and why; -vv: every iteration too")
      .is(Reported | OfWholeSheet)
      .brief("Print what was chosen and why");
  table.path("--log-file", messages.log_file, "Add what -v prints to this file")
      .is(Reported | OfWholeSheet | WritesFile);
}

void MessageOptions::validate() const {
  if (quiet && verbosity > 0) reject("--quiet and --verbose contradict each other; leave one of them out");
}

}  // namespace styler::app
