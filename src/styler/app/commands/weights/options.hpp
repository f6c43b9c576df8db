#pragma once

#include <filesystem>
#include <string>

#include "styler/options/input_convention.hpp"

namespace CLI {
class App;
}

namespace styler::app {

/// `styler weights install`
struct WeightsInstall {
  std::string from;                 ///< File or address; empty: the publisher's own.
  std::filesystem::path directory;  ///< Empty: the user's data directory.
  bool quiet = false;
};

/// `styler weights import FILE`
struct WeightsImport {
  std::filesystem::path file;
  std::filesystem::path output;  ///< Empty: `vgg19.safetensors` in the user's data directory, if nothing is there yet.
  ConventionChoice convention = ConventionChoice::Auto;

  /// \throws Error{InvalidArgument} unless there is a file.
  void validate() const;
};

/// `styler weights verify [FILE]`
struct WeightsVerify {
  std::filesystem::path file;  ///< Empty: the file that a run would use.
};

/// `styler weights list`
struct WeightsList {};

void bind_options(CLI::App& app, WeightsInstall& options);
void bind_options(CLI::App& app, WeightsImport& options);
void bind_options(CLI::App& app, WeightsVerify& options);

}  // namespace styler::app
