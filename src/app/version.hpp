#pragma once

#include <string>

namespace styler::app {

/// `0.1.0`
std::string program_version();
/// `4.6.0`, of the OpenCV that this program was built with.
std::string opencv_version();
/// What --version prints: this program and the libraries that decide what it computes.
std::string version_text();

}  // namespace styler::app
