#include "styler/weights/install.hpp"

#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/weights/download.hpp"
#include "styler/weights/foreign/foreign_file.hpp"
#include "styler/weights/locate.hpp"
#include "styler/weights/manifest.hpp"

namespace styler {
namespace {

namespace fs = std::filesystem;

/// What to do when the publisher's address does not serve.
std::string advice(const NetworkFiles& network) {
  if (!network.script) return "get it by hand and give `" + std::string(network.form().install) + "`";
  return std::string("try ") + network.script +
         ", which takes the same file from another place, or get it by hand and give `" + network.form().install +
         " --from FILE`";
}

/// Folders that are made for a file, and removed again unless the file gets there.
class NewFolders {
 public:
  explicit NewFolders(const fs::path& folder) {
    std::error_code problem;
    for (fs::path missing = folder; !missing.empty() && !fs::exists(missing, problem);
         missing = missing.parent_path()) {
      made_.push_back(missing);
    }
    fs::create_directories(folder, problem);
    if (problem) {
      remove();
      throw Error(ErrorCode::Output, "folder " + folder.string() + " cannot be made: " + problem.message() +
                                         "; choose another one with --directory");
    }
  }
  NewFolders(const NewFolders&) = delete;
  NewFolders& operator=(const NewFolders&) = delete;
  ~NewFolders() { remove(); }

  void keep() { made_.clear(); }

 private:
  void remove() {
    std::error_code ignored;  // A folder that somebody else has put a file into stays.
    for (const fs::path& folder : std::exchange(made_, {})) fs::remove(folder, ignored);
  }

  std::vector<fs::path> made_;  // The innermost first.
};

/// The size tells a broken download at once and in plain words; the checksum, anything else.
void check_original(const fs::path& file, const std::string& source, const NetworkFiles& network,
                    const ManifestEntry& entry) {
  std::error_code problem;
  const auto bytes = fs::file_size(file, problem);
  if (problem) {
    throw Error(ErrorCode::Weights, source + " cannot be read: " + problem.message() + "; give an existing file");
  }
  if (bytes != static_cast<uintmax_t>(entry.bytes)) {
    throw Error(ErrorCode::Weights, source + " has " + std::to_string(bytes) + " bytes, but " + entry.name + " has " +
                                        std::to_string(entry.bytes) + "; " + advice(network));
  }
  const std::string sha256 = file_sha256(file);
  if (sha256 != entry.sha256) {
    throw Error(ErrorCode::Weights, source + " has the SHA-256 " + sha256 + ", but " + entry.name + " has " +
                                        entry.sha256 + ", so it was not read; " + advice(network));
  }
}

/// Reads a checked original. Its convention is the manifest's.
NetworkWeights read_original(const fs::path& file, const NetworkFiles& network, const ManifestEntry& entry) {
  NetworkWeights weights;
  weights.tensors = network.find(list_foreign_tensors(file), file).tensors;
  weights.convention = convention_named(entry.convention);
  weights.origin = {entry.url, entry.licence, entry.sha256};
  // Checked bytes can only give other tensors through a mistake in our reader.
  STYLER_ASSERT(entry.tensors_sha256.empty() || tensors_sha256(weights.tensors) == entry.tensors_sha256);
  return weights;
}

}  // namespace

fs::path install_entry(const NetworkFiles& network, const ManifestEntry& entry, const InstallOptions& options,
                       const DownloadProgress& progress) {
  fs::path folder = options.directory.empty() ? user_data_folder() : options.directory;
  if (folder.empty()) {
    throw Error(ErrorCode::Output,
                "neither $XDG_DATA_HOME nor $HOME is set, so there is no data directory; choose a "
                "folder with --directory");
  }
  const fs::path target = folder / entry.file;
  NewFolders folders(folder);
  check_writable(target, {.replaces_protected = options.replaces_protected});
  remove_abandoned_files(folder);

  const std::string source = options.from.empty() ? entry.url : options.from;
  std::optional<ScratchFile> scratch;
  fs::path original = source;
  if (is_address(source)) {
    original = scratch.emplace(folder).path();
    try {
      download(source, entry.bytes, *scratch, progress);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::Download) throw;
      throw Error(ErrorCode::Download, std::string(error.what()) + "; " + advice(network));
    }
  }
  check_original(original, source, network, entry);
  save_network(network.form(), read_original(original, network, entry), target);
  folders.keep();
  return target;
}

fs::path install_weights(NetworkName network, const InstallOptions& options, const DownloadProgress& progress) {
  const NetworkFiles& files = network_files(network);
  const ManifestEntry& entry = first_original(weights_manifest(), kNetworkNames.word(network));
  if (!can_be_installed(entry)) {
    throw Error(ErrorCode::Weights, "styler does not know all of the original of " + files.form().title +
                                        " that it would have to check; get it by hand and run `styler weights import`");
  }
  return install_entry(files, entry, options, progress);
}

}  // namespace styler
