#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/weights/networks.hpp"
#include "styler/weights/weights_store.hpp"

namespace styler {

/// read_foreign_weights(), check_contents() and verify_weights() for any network and manifest, so that a test can make
/// its own.
NetworkWeights read_foreign(const NetworkFiles& network, const std::vector<ManifestEntry>& manifest,
                            const std::filesystem::path& file, const std::string& convention);
WeightsContents check_contents(const NetworkFiles& network, const std::vector<ManifestEntry>& manifest,
                               const NetworkWeights& weights, const std::filesystem::path& file);
WeightsReport verify(const NetworkFiles& network, const std::vector<ManifestEntry>& manifest,
                     const std::filesystem::path& file);

}  // namespace styler
