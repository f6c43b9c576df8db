#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/cli/command.hpp"

namespace styler::app {

inline constexpr CommandGroup kModels{
    .name = "models",
    .usage = "styler models COMMAND",
    .does = "List, show, export and import generators",
};

/// `styler models list [DIR]`
struct ModelsList {
  static constexpr CommandInfo kCommand{
      .name = "list",
      .usage = "styler models list [DIR]",
      .does = "Print the generators of a folder with their styles",
      .group = &kModels,
  };

  std::filesystem::path folder = ".";

  void describe(OptionTable& table);
  void validate() const {}
};

/// `styler models show FILE`
struct ModelsShow {
  static constexpr CommandInfo kCommand{
      .name = "show",
      .usage = "styler models show FILE [options]",
      .does = "Print what a generator is and what it was trained on",
      .group = &kModels,
  };

  std::filesystem::path file;
  bool json = false;
  std::filesystem::path thumbnails;  ///< A picture to write; empty: none.

  void describe(OptionTable& table);
  /// \throws Error{InvalidArgument} unless there is a file.
  void validate() const;
};

/// `styler models export FILE -o OUT.onnx`
struct ModelsExport {
  static constexpr CommandInfo kCommand{
      .name = "export",
      .usage = "styler models export FILE -o FILE.onnx [options]",
      .does = "Write a generator as ONNX, for other programs",
      .group = &kModels,
  };

  std::filesystem::path file;
  std::filesystem::path output;
  std::string pick;    ///< One of its styles, by name or number; empty: all of them.
  bool force = false;  ///< Replace a file that is write-protected.

  void describe(OptionTable& table);
  /// \throws Error{InvalidArgument}
  void validate() const;
};

/// `styler models import FILE -o OUT.styler`
struct ModelsImport {
  static constexpr CommandInfo kCommand{
      .name = "import",
      .usage = "styler models import FILE -o FILE.styler [options]",
      .does = "Make a generator of another program's, which apply then paints with",
      .group = &kModels,
  };

  std::filesystem::path file;
  std::filesystem::path output;
  std::filesystem::path style_network;        ///< What makes numbers of paintings for it; empty: nothing.
  std::vector<std::filesystem::path> styles;  ///< The paintings.
  bool force = false;                         ///< Replace a file that is write-protected.

  void describe(OptionTable& table);
  /// \throws Error{InvalidArgument}
  void validate() const;
};

using ModelsCommands = CommandTypes<ModelsList, ModelsShow, ModelsExport, ModelsImport>;

int run(const ModelsList& options);
int run(const ModelsShow& options);
int run(const ModelsExport& options);
int run(const ModelsImport& options);

}  // namespace styler::app
