#pragma once

#include <filesystem>
#include <string>

#include "styler/app/commands/apply/options.hpp"
#include "styler/app/job/inputs/picture_cache.hpp"
#include "styler/core/generator/model_file.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {

/// A model as it was read, and its file's hash.
struct LoadedModel {
  Model model;
  std::string sha256;
};

/// \throws Error{Input} when it is missing, damaged, or no model of this version.
LoadedModel load_model(const std::filesystem::path& file);

/// A photo to be painted.
struct AppliedPhoto {
  std::filesystem::path output;
  Picture picture;  ///< Of the size of the result.
  PhotoMetadata metadata;
  std::string sha256;  ///< Of the file.
};

/// \param loaded  the bytes of `file`.
/// \throws Error{Input}, Error{Memory}
AppliedPhoto decode_photo(const LoadedFile& loaded, const std::filesystem::path& file,
                          const std::filesystem::path& output, const ApplyOptions& options, const WarningSink& warn);

/// Paints it in place, in parts; the photo's alpha stays.
/// \returns false when a signal has stopped it; then the picture is of no use.
bool paint_photo(AppliedPhoto& photo, const ApplyOptions& options, const Generator& generator);

/// Writes it, with what it is to hold beside its pixels. Atomic.
/// \returns the parameters, whether or not they were to be stored.
std::string write_painted(const AppliedPhoto& photo, const std::filesystem::path& content, const ApplyOptions& options,
                          const std::string& model_sha256, const WarningSink& warn);

}  // namespace styler::app
