#pragma once

#include <filesystem>
#include <string>

#include "styler/app/cli/command.hpp"
#include "styler/options/network/input_convention.hpp"

namespace styler::app {

inline constexpr CommandGroup kWeights{
    .name = "weights",
    .usage = "styler weights COMMAND",
    .does = "Get, import, check and list weights",
};

/// `styler weights install`
struct WeightsInstall {
  static constexpr CommandInfo kCommand{
      .name = "install",
      .usage = "styler weights install [options]",
      .does = "Download the default weights, check and install them",
      .group = &kWeights,
  };

  std::string from;                 ///< File or address; empty: the publisher's own.
  std::filesystem::path directory;  ///< Empty: the user's data directory.
  bool quiet = false;
  bool force = false;  ///< Replace a file that is write-protected.

  void describe(OptionTable& table);
  void validate() const {}
};

/// `styler weights import FILE`
struct WeightsImport {
  static constexpr CommandInfo kCommand{
      .name = "import",
      .usage = "styler weights import FILE [options]",
      .does = "Convert weights that you have from other tools",
      .group = &kWeights,
  };

  std::filesystem::path file;
  std::filesystem::path output;  ///< Empty: the network's own in the user's data directory, if nothing is there yet.
  ConventionChoice convention = ConventionChoice::Auto;
  bool force = false;  ///< Replace a file that is write-protected.

  void describe(OptionTable& table);
  /// \throws Error{InvalidArgument} unless there is a file.
  void validate() const;
};

/// `styler weights verify [FILE]`
struct WeightsVerify {
  static constexpr CommandInfo kCommand{
      .name = "verify",
      .usage = "styler weights verify [FILE]",
      .does = "Check a file of weights as a whole",
      .group = &kWeights,
  };

  std::filesystem::path file;  ///< Empty: the file that a run would use.

  void describe(OptionTable& table);
  void validate() const {}
};

/// `styler weights list`
struct WeightsList {
  static constexpr CommandInfo kCommand{
      .name = "list",
      .usage = "styler weights list",
      .does = "Show where weights are looked for",
      .group = &kWeights,
  };

  void describe(OptionTable& /*table*/) {}
  void validate() const {}
};

using WeightsCommands = CommandTypes<WeightsInstall, WeightsImport, WeightsVerify, WeightsList>;

int run(const WeightsInstall& options);
int run(const WeightsImport& options);
int run(const WeightsVerify& options);
int run(const WeightsList& options);

}  // namespace styler::app
