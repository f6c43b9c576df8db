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
  const char* option;       ///< What names its file on the command line, for messages: `--weights`; nullptr: nothing.
  const char* environment;  ///< The variable that names its file: `STYLER_WEIGHTS`; nullptr: none.
  const char* script;       ///< The command that gets it into a checkout: `scripts/get_weights.sh`; nullptr: none.
  /// What it was trained on, as the manifest has it, where all files of it agree; empty: each file has to tell.
  const char* convention = "";
  /// What it is for, after its title and a colon.
  const char* serves = "";
};

const NetworkFiles& network_files(NetworkName name);

/// Which network somebody's tensors are of, by names and shapes that no other has; VGG19 where they are none's.
NetworkName network_among(const ForeignTensors& tensors);

}  // namespace styler
