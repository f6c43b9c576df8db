#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "styler/core/generator/styles.hpp"

namespace styler {

/// What `styler train` leaves behind: a generator, and what it was made of.
struct Model {
  StyledGenerator styles;
  /// What a person or a report wants to know of it, by name: `style`, `steps`, and the like. UTF-8.
  std::map<std::string, std::string> notes;
  /// Whether it learnt to make textures of noise_layers(), and not to paint photos.
  bool is_of_textures = false;
};

/// \throws Error{Input} for one of textures, in a sentence about `file`.
void check_paints_photos(const Model& model, const std::filesystem::path& file);

/// Replaces `file` atomically. Equal models give equal bytes. Weights are rounded to 16 bits (11 of them of precision,
/// three more than pictures have), which halves the file; what batch norms paint with is not. One of a single style is
/// of a version that older programs read, too.
/// \throws Error{Output}; then the old file stays.
void write_model(const std::filesystem::path& file, const Model& model);

/// Reads a model whole, and checks it: its checksum, and every tensor against the generator that it claims to be.
/// \throws Error{Input} when it is missing, damaged, or no model of this version.
Model read_model(const std::filesystem::path& file);

}  // namespace styler
