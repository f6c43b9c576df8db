#include <iostream>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/failure.hpp"

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    return styler::app::run(styler::app::parse(arguments));
  } catch (...) {
    const styler::app::Failure failure = styler::app::describe(std::current_exception());
    std::cerr << "styler: " << failure.sentence << '\n';
    return failure.exit_code;
  }
}
