#pragma once

#include <string>
#include <vector>

#include "styler/weights/weights_store.hpp"

namespace styler {

/// The text of models/manifest.json.
const char* manifest_json();

/// Reads a manifest's text. Throws Bug when it is not one: it is ours, and compiled in.
std::vector<ManifestEntry> parse_manifest(const std::string& json);

/// The entry whose original has this checksum, or nullptr. An entry that knows only the leading digits (the eight that
/// PyTorch puts into its file names) matches by those.
const ManifestEntry* find_original(const std::vector<ManifestEntry>& manifest, const std::string& sha256);

/// The entry whose tensors have this checksum once imported, or nullptr.
const ManifestEntry* find_tensors(const std::vector<ManifestEntry>& manifest, const std::string& tensors_sha256);

/// The convention that a manifest or a user names. \throws Error{InvalidArgument} for any but `caffe`, `torchvision`.
InputConvention convention_named(const std::string& name);

}  // namespace styler
