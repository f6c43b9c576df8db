#include <unistd.h>

#include <iostream>
#include <string>
#include <variant>
#include <vector>

#include "styler/app/commands/command_line.hpp"
#include "styler/app/commands/engine_loader.hpp"
#include "styler/base/error.hpp"
#include "styler/base/failure.hpp"
#include "styler/base/process.hpp"
#include "styler/base/text/printable.hpp"

namespace {

int run(const styler::app::Request& request) {
  if (const auto* const answer = std::get_if<styler::app::Answer>(&request)) {
    std::cout << answer->text;
    return 0;
  }
  styler::app::validate(request);
  return styler::app::run_in_engine(request);
}

}  // namespace

int main(int argc, char** argv) {
  styler::prepare_process();
  try {
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    const int exit_code = run(styler::app::parse(arguments));
    // A reader that went away, as `| head -1` does, has what it wanted.
    if (std::cout.flush() || styler::reader_is_gone(STDOUT_FILENO)) return exit_code;
    throw styler::Error(styler::ErrorCode::Output, "standard output can't be written to; check where it is redirected");
  } catch (...) {
    const styler::Failure failure = styler::failure_of(std::current_exception());
    std::cerr << "styler: " << styler::printable(failure.sentence) << '\n';
    return failure.exit_code;
  }
}
