#pragma once

#include <filesystem>
#include <string>

#include "styler/core/network/network_file.hpp"
#include "styler/options/network/network_names.hpp"
#include "styler/weights/layout.hpp"

namespace styler {

/// What there is to know of a network's files. A network is an enumerator with its word, an entry of networks.cpp, the
/// layouts in which others write it (such as vgg_layout), and its originals in models/manifest.json.
struct NetworkFiles {
  NetworkName name;
  /// What our file of it holds.
  const NetworkForm& (*form)();
  /// Picks its tensors out of a file of somebody else. \throws Error{Weights} when they are not there, or not finite.
  FoundNetwork (*find)(const ForeignTensors& tensors, const std::filesystem::path& file);
  const char* option;       ///< What names its file on the command line, for messages: `--weights`
  const char* environment;  ///< The variable that names its file: `STYLER_WEIGHTS`
  const char* script;       ///< The command that gets it into a checkout: `scripts/get_weights.sh`
};

const NetworkFiles& network_files(NetworkName name);

}  // namespace styler
