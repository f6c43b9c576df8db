#include <iostream>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/failure.hpp"
#include "styler/error.hpp"

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    const int exit_code = styler::app::run(styler::app::parse(arguments));
    if (std::cout.flush()) return exit_code;
    throw styler::Error(styler::ErrorCode::Output, "standard output can't be written to; check where it is redirected");
  } catch (...) {
    const styler::app::Failure failure = styler::app::describe(std::current_exception());
    std::cerr << "styler: " << failure.sentence << '\n';
    return failure.exit_code;
  }
}
