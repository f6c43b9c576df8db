#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "styler/core/network/network_file.hpp"
#include "styler/options/network/network_names.hpp"

namespace styler {

/// One original of a network that can be had, as models/manifest.json describes it.
struct ManifestEntry {
  std::string network;  ///< One of kNetworkNames: `vgg19`
  std::string name;     ///< Of the original: `vgg19-torchvision`
  std::string file;     ///< Name of our file: `vgg19.safetensors`
  std::string url;      ///< The publisher's own address of the original.
  std::string licence;  ///< `CC BY 4.0`
  /// Of the original file. Of some originals only the leading eight digits are known, which their names carry; they
  /// serve to recognise a file, not to install one. Of others nothing is known: empty.
  std::string sha256;
  int64_t bytes = 0;  ///< Of the original file; 0 when unknown.
  /// Of the tensors' bytes once imported, in the order of our file (of VGG19: conv1_1's kernel, its bias, conv1_2's …);
  /// empty when unknown.
  std::string tensors_sha256;
  std::string convention;  ///< What it was trained on: `caffe`, `torchvision`, `inception` or `unit`.
};
/// The known originals; the first of each network is the one that is installed. Compiled in from models/manifest.json.
const std::vector<ManifestEntry>& weights_manifest();

/// A place where weights were looked for, in the order of precedence.
struct WeightsCandidate {
  std::filesystem::path file;
  std::string place;  ///< `--weights`, `$STYLER_WEIGHTS`, `beside the program`, `the checkout`, `your data directory`
  bool exists = false;
};
/// Every place, whether a file is there or not: of VGG19 --weights and $STYLER_WEIGHTS; of all ../share/styler beside
/// the binary; for one in the folder that it was built in, models/ of the checkout; $XDG_DATA_HOME/styler (or
/// ~/.local/share/styler). What is requested, or else the variable, is the only candidate when it is given.
std::vector<WeightsCandidate> weights_candidates(NetworkName network,
                                                 const std::optional<std::filesystem::path>& requested);

/// Where weights go when no other place is named, whatever the environment says of those to use: the last of the usual
/// places. Empty for a user without a home.
std::filesystem::path default_weights_file(NetworkName network);

/// The first candidate that exists.
/// \throws Error{Weights} naming the one command that fixes it (`styler weights install`).
std::filesystem::path find_weights(NetworkName network, const std::optional<std::filesystem::path>& requested);

/// Told of bytes done and bytes in all (0 when unknown); returns false to stop the download.
using DownloadProgress = std::function<bool(int64_t done, int64_t total)>;

struct InstallOptions {
  /// A file, or an http(s):// or file:// address, that holds the bytes of the manifest's original. Empty: its own url.
  std::string from;
  /// Where to write our file, such as `vgg19.safetensors`; empty: the user's data directory.
  std::filesystem::path directory;
  bool replaces_protected = false;  ///< A file that is write-protected may be replaced.
};
/// Gets a network, checks its SHA-256 against the manifest before anything else reads it, and writes our file. Leaves
/// nothing behind when it fails. Returns the file written.
/// \throws Error{Download}, Error{Weights} or Error{Output}; the message says what to try next.
std::filesystem::path install_weights(NetworkName network, const InstallOptions& options,
                                      const DownloadProgress& progress = {});

/// Which network a file in any known form is of: by what it says of itself where it is ours, else by names and shapes
/// that no other network has; VGG19 where they are none's.
/// \throws Error{Weights} for a file that can't be read.
NetworkName network_in(const std::filesystem::path& file);

/// Which network a file of ours says that it is of: VGG19 where it says nothing, or is no such file, which
/// verify_weights() tells better.
NetworkName network_told_by(const std::filesystem::path& file);

/// What there is to say of a network to whoever has got it: what it is, and what may be called what by it. Empty for
/// VGG19.
std::string network_text(NetworkName network);

/// Reads a network from a file in any known form: Keras `.h5`, PyTorch `.pth` (legacy pickle and zip), of VGG19 with
/// torchvision's or Johnson's names, `.safetensors`. The form is found from the content, not the extension.
/// \param convention  `auto`, `caffe` or `torchvision`. `auto` looks the checksum up in the manifest, then goes by
///                    what distinguishes the known files' layouts, and says so when it can't tell.
/// \throws Error{Weights} naming what is missing, or for a pickle what it asks for that no tensor needs.
NetworkWeights read_foreign_weights(NetworkName network, const std::filesystem::path& file,
                                    const std::string& convention = "auto");

/// read_foreign_weights() into a file of ours. Returns the convention found.
/// \throws as that, and Error{Output}
InputConvention import_weights(NetworkName network, const std::filesystem::path& file,
                               const std::filesystem::path& output, const std::string& convention = "auto");

/// What the numbers of a file are, by themselves and not by what the file says of them.
struct WeightsContents {
  std::string tensors_sha256;  ///< Of the tensors' bytes, in the order of our file.
  std::string original;        ///< The manifest's name of the original whose numbers these are; empty: in no list.
};
/// Compares the numbers with what the file says that they are: the original that it names, where the manifest knows
/// that, and the checksum that an import left in it. Of VGG19 it takes 55 ms where the processor has instructions for
/// SHA-256, and 0.2 s elsewhere. For any thread.
/// \param file  Only named in messages.
/// \throws Error{Weights} when they are others.
WeightsContents check_contents(NetworkName network, const NetworkWeights& weights, const std::filesystem::path& file);

/// What verify_weights found.
struct WeightsReport {
  std::filesystem::path file;
  std::string sha256;  ///< Of the file as it is.
  WeightsOrigin origin;
  InputConvention convention;
  bool known = false;  ///< The origin's checksum stands in the manifest, and the tensors' bytes are what an import
                       ///< of that original gives.
};
/// Reads a whole file of ours and checks structure, shapes, finite numbers, and for a network of the manifest the
/// checksum. \throws Error{Weights}
WeightsReport verify_weights(NetworkName network, const std::filesystem::path& file);

}  // namespace styler
