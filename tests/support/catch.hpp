#pragma once

// One include and one vocabulary for Catch2 2 (Debian 12) and 3 (Debian 13).
#include <string>

// LibTorch's logging has a CHECK of its own, which ends the program. Read it first, so that ours stands.
#if __has_include(<c10/util/Logging.h>)
#include <c10/util/Logging.h>
#undef CHECK
#endif

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#define STYLER_CATCH2_3 1
#else
#include <catch2/catch.hpp>
#endif

namespace support {

/// Matches texts that contain `part`.
inline auto contains(const std::string& part) {
#ifdef STYLER_CATCH2_3
  return Catch::Matchers::ContainsSubstring(part);
#else
  return Catch::Matchers::Contains(part);
#endif
}

#ifdef STYLER_CATCH2_3
using Catch::Approx;
#else
using Catch::Detail::Approx;
#endif

}  // namespace support
