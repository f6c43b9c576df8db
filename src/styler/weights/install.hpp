#pragma once

#include <filesystem>

#include "styler/weights/weights_store.hpp"

namespace styler {

/// install_weights() for any entry, so that a test can install a network of its own making.
std::filesystem::path install_entry(const ManifestEntry& entry, const InstallOptions& options,
                                    const DownloadProgress& progress);

}  // namespace styler
