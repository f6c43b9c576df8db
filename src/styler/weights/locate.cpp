#include "styler/weights/locate.hpp"

#include <cstdlib>
#include <system_error>

#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/weights/manifest.hpp"
#include "styler/weights/networks.hpp"
#include "styler/weights/weights_store.hpp"

namespace styler {
namespace {

namespace fs = std::filesystem;

/// An environment variable that is set and not empty.
/// \param name  nullptr: none.
std::optional<fs::path> from_environment(const char* name) {
  const char* const value = name ? std::getenv(name) : nullptr;
  return value && *value ? std::optional<fs::path>(value) : std::nullopt;
}

/// The folder of the running program; empty when the system does not tell.
fs::path program_folder() {
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  return problem ? fs::path() : program.parent_path();
}

/// Whether the running program is one of those that the checkout's build leaves in its own folder. An installed one,
/// and whoever else uses the library, knows nothing of the folders in which it was compiled.
bool is_built_here() {
  const fs::path folder = program_folder();
  const fs::path build = STYLER_BUILD_FOLDER;
  return folder == build || folder == build / "tests" || folder == build / "bench";
}

WeightsCandidate candidate(const fs::path& file, const std::string& place) {
  std::error_code problem;
  return {file, place, fs::is_regular_file(file, problem)};
}

/// Of a place that the user named, which is the only one then.
/// \param otherwise  how not to name one.
[[noreturn]] void throw_named_in_vain(const WeightsCandidate& place, NetworkName network,
                                      const std::string& otherwise) {
  std::error_code problem;
  const bool is_there = fs::exists(place.file, problem);
  const std::string& name = first_original(weights_manifest(), kNetworkNames.word(network)).file;
  const std::string why = fs::is_directory(place.file, problem)
                              ? "which is a folder; name the file in it, such as " + quoted(place.file / name)
                          : is_there ? "which is no regular file; name another"
                                     : "but there is no such file; correct the path";
  throw Error(ErrorCode::Weights, place.place + " is " + place.file.string() + ", " + why + ", or " + otherwise +
                                      " and run `" + network_files(network).form().install + "`");
}

/// What can be done beside the command of its form.
std::string remedies(const NetworkFiles& files, NetworkName network) {
  if (files.script) return std::string(", or in a checkout `") + files.script + "`";
  return ", with the file from " + first_original(weights_manifest(), kNetworkNames.word(network)).url;
}

}  // namespace

fs::path default_weights_file(NetworkName network) {
  const fs::path data = user_data_folder();
  return data.empty() ? data : data / first_original(weights_manifest(), kNetworkNames.word(network)).file;
}

fs::path user_data_folder() {
  // The XDG specification asks that a relative path be ignored.
  if (const auto data = from_environment("XDG_DATA_HOME"); data && data->is_absolute()) return *data / "styler";
  if (const auto home = from_environment("HOME")) return *home / ".local" / "share" / "styler";
  return {};
}

std::vector<WeightsCandidate> weights_candidates(NetworkName network, const std::optional<fs::path>& requested) {
  const NetworkFiles& files = network_files(network);
  if (requested) return {candidate(*requested, files.option)};
  if (const auto variable = from_environment(files.environment)) {
    return {candidate(*variable, std::string("$") + files.environment)};
  }

  const std::string& name = first_original(weights_manifest(), kNetworkNames.word(network)).file;
  std::vector<WeightsCandidate> candidates;
  if (const fs::path folder = program_folder(); !folder.empty()) {
    candidates.push_back(
        candidate((folder / ".." / "share" / "styler" / name).lexically_normal(), "beside the program"));
  }
  if (is_built_here()) candidates.push_back(candidate(fs::path(STYLER_CHECKOUT_MODELS) / name, "the checkout"));
  if (const fs::path file = default_weights_file(network); !file.empty()) {
    candidates.push_back(candidate(file, "your data directory"));
  }
  return candidates;
}

fs::path find_weights(NetworkName network, const std::optional<fs::path>& requested) {
  const NetworkFiles& files = network_files(network);
  const NetworkForm& form = files.form();
  const std::vector<WeightsCandidate> candidates = weights_candidates(network, requested);
  for (const WeightsCandidate& place : candidates) {
    if (place.exists) return place.file;
  }
  if (requested) throw_named_in_vain(candidates.front(), network, "leave the option out");
  if (from_environment(files.environment)) throw_named_in_vain(candidates.front(), network, "unset the variable");
  std::string places;
  for (const WeightsCandidate& place : candidates) {
    places += (places.empty() ? "" : ", ") + place.file.string() + " (" + place.place + ")";
  }
  throw Error(ErrorCode::Weights, "no weights of " + form.title + " were found" +
                                      (places.empty() ? "" : "; looked for at " + places) + "; run `" + form.install +
                                      "`" + remedies(files, network));
}

}  // namespace styler
