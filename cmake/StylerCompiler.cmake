# Warnings, sanitizers and linters for our own targets. Not exported: whoever uses the library has their own.
add_library(styler_warnings INTERFACE)
target_compile_options(styler_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual -Woverloaded-virtual
  -Wconversion -Wno-sign-conversion  # at::Tensor sizes are signed and container sizes are not; the noise hides bugs
  -Werror)

if(STYLER_SANITIZE)
  add_compile_options(-fsanitize=${STYLER_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${STYLER_SANITIZE})
endif()

if(STYLER_CLANG_TIDY)
  find_program(STYLER_CLANG_TIDY_PROGRAM NAMES clang-tidy-14 clang-tidy REQUIRED)
endif()
