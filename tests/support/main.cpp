// Catch2 2 makes main() from this macro; Catch2 3 ignores it and links its own.
#define CATCH_CONFIG_MAIN
#include "support/catch.hpp"
