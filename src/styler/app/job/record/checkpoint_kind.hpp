#pragma once

#include "styler/core/storage/state_file.hpp"

namespace styler::app {

/// Files that --resume goes on from.
/// \param format, version  see StateFileKind.
/// \param kind             `a checkpoint`, for messages.
constexpr StateFileKind checkpoint_kind(const char* format, const char* version, const char* kind) {
  return {.format = format,
          .version = version,
          .name = "checkpoint",
          .use = {ErrorCode::Input, kind, "check the path, or leave --resume out to begin anew",
                  "take another checkpoint, or leave --resume out to begin anew"},
          .if_other_version = "go on with the program that wrote it, or leave --resume out to begin anew"};
}

}  // namespace styler::app
