#include "styler/weights/locate.hpp"

#include <cstdlib>
#include <system_error>

#include "styler/base/error.hpp"
#include "styler/weights/manifest.hpp"
#include "styler/weights/weights_store.hpp"

namespace styler {
namespace {

namespace fs = std::filesystem;

/// An environment variable that is set and not empty.
std::optional<fs::path> from_environment(const char* name) {
  const char* const value = std::getenv(name);
  return value && *value ? std::optional<fs::path>(value) : std::nullopt;
}

/// The folder of the running program; empty when the system does not tell.
fs::path program_folder() {
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  return problem ? fs::path() : program.parent_path();
}

WeightsCandidate candidate(const fs::path& file, const char* place) {
  std::error_code problem;
  return {file, place, fs::is_regular_file(file, problem)};
}

}  // namespace

fs::path user_data_folder() {
  // The XDG specification asks that a relative path be ignored.
  if (const auto data = from_environment("XDG_DATA_HOME"); data && data->is_absolute()) return *data / "styler";
  if (const auto home = from_environment("HOME")) return *home / ".local" / "share" / "styler";
  return {};
}

std::vector<WeightsCandidate> weights_candidates(const std::optional<fs::path>& requested) {
  if (requested) return {candidate(*requested, "--weights")};
  if (const auto variable = from_environment("STYLER_WEIGHTS")) return {candidate(*variable, "$STYLER_WEIGHTS")};

  const std::string& name = weights_manifest().front().file;
  std::vector<WeightsCandidate> candidates;
  if (const fs::path folder = program_folder(); !folder.empty()) {
    candidates.push_back(
        candidate((folder / ".." / "share" / "styler" / name).lexically_normal(), "beside the program"));
  }
  // An installed program remembers a checkout that need not exist on this machine; then it is no place to name.
  const fs::path checkout = STYLER_CHECKOUT_MODELS;
  std::error_code problem;
  if (fs::is_regular_file(checkout / "manifest.json", problem)) {
    candidates.push_back(candidate(checkout / name, "the checkout"));
  }
  if (const fs::path data = user_data_folder(); !data.empty()) {
    candidates.push_back(candidate(data / name, "your data directory"));
  }
  return candidates;
}

fs::path find_weights(const std::optional<fs::path>& requested) {
  const auto candidates = weights_candidates(requested);
  std::string places;
  for (const auto& place : candidates) {
    if (place.exists) return place.file;
    places += (places.empty() ? "" : ", ") + place.file.string() + " (" + place.place + ")";
  }
  if (requested) {
    throw Error(ErrorCode::Weights, "--weights is " + requested->string() +
                                        ", but there is no such file; correct the path, or leave the option out and "
                                        "run `styler weights install`");
  }
  throw Error(ErrorCode::Weights, "no weights of VGG19 were found, neither at " + places +
                                      "; run `styler weights install`, or in a checkout `scripts/get_weights.sh`");
}

}  // namespace styler
