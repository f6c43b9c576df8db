#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "styler/weights/weights_store.hpp"

namespace styler {

/// The text of models/manifest.json.
const char* manifest_json();

/// Reads a manifest's text. Throws Bug when it is not one: it is ours, and compiled in.
std::vector<ManifestEntry> parse_manifest(const std::string& json);

/// Whether all is known of the original that is checked before it is read.
bool can_be_installed(const ManifestEntry& entry);

/// The first entry of a network, which is the one that is installed. Requires (STYLER_ASSERT) that there is one.
const ManifestEntry& first_original(const std::vector<ManifestEntry>& manifest, std::string_view network);

/// The entry of a network whose original has this checksum, or nullptr. An entry that knows only the leading digits
/// (the eight that PyTorch puts into its file names) matches by those.
const ManifestEntry* find_original(const std::vector<ManifestEntry>& manifest, std::string_view network,
                                   const std::string& sha256);

/// The entry of a network whose tensors have this checksum once imported, or nullptr.
const ManifestEntry* find_tensors(const std::vector<ManifestEntry>& manifest, std::string_view network,
                                  const std::string& tensors_sha256);

/// The convention that a manifest names; empty where none is called so. Beside `caffe` and `torchvision` there are
/// `inception`, from -1 to 1, and `unit`, from 0 to 1.
std::optional<InputConvention> known_convention(const std::string& name);

/// The convention that a user names. \throws Error{InvalidArgument} for what is none.
InputConvention convention_named(const std::string& name);

}  // namespace styler
