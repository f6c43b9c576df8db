# Warnings, sanitizers and linters for our own targets. Not exported: whoever uses the library has their own.
add_library(styler_warnings INTERFACE)
target_compile_options(styler_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual -Woverloaded-virtual
  -Wconversion -Wno-sign-conversion)  # at::Tensor sizes are signed and container sizes are not; the noise hides bugs
# Errors for those who work on Styler; whoever only builds it may have a compiler with opinions that we never saw.
if(STYLER_WARNINGS_AS_ERRORS)
  target_compile_options(styler_warnings INTERFACE -Werror -Wno-error=array-bounds)  # GCC 12 sees some in std::string
endif()

if(CMAKE_UNITY_BUILD)
  # These take a source that is included by another for a header, and the names in it for those of everybody.
  target_compile_options(styler_warnings INTERFACE -Wno-subobject-linkage -Wno-shadow)
endif()

# ccache must be told that a precompiled header may be trusted; else it caches nothing that uses one.
find_program(STYLER_CCACHE ccache)
if(STYLER_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${STYLER_CCACHE})
endif()

if(STYLER_SANITIZE)
  # Instrumented, std::regex looks uninitialised to GCC 12.
  target_compile_options(styler_warnings INTERFACE -Wno-maybe-uninitialized)
  add_compile_options(-fsanitize=${STYLER_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${STYLER_SANITIZE})
endif()
