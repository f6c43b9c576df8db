#pragma once

#include <filesystem>

#include "styler/weights/networks.hpp"
#include "styler/weights/weights_store.hpp"

namespace styler {

/// install_weights() for any network and entry, so that a test can install one of its own making.
std::filesystem::path install_entry(const NetworkFiles& network, const ManifestEntry& entry,
                                    const InstallOptions& options, const DownloadProgress& progress);

}  // namespace styler
