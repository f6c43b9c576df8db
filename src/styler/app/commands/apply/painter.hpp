#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/commands/apply/options.hpp"
#include "styler/app/commands/apply/picked.hpp"
#include "styler/app/commands/apply/record.hpp"
#include "styler/app/job/inputs/picture_cache.hpp"
#include "styler/core/compute/device.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {

/// \throws Error{Input} when one is missing, damaged, or no model of this version.
LoadedModels load_models(const std::vector<std::filesystem::path>& files, const ComputeDevice& device);

/// A photo to be painted.
struct AppliedPhoto {
  std::filesystem::path output;
  Picture picture;  ///< Of the size of the result.
  PhotoMetadata metadata;
  std::string sha256;  ///< Of the file.
  PickedStyles styles;
  /// For each model how far a pixel is its own, [1, 1, H, W] in [0, 1]; empty: there is one, and all is its own.
  std::vector<at::Tensor> regions;
  std::string regions_sha256;  ///< Of their map.
};

/// SHA-256 of what a photo is painted from.
AppliedHashes hashes_of(const std::string& photo, const LoadedModels& models, const PickedStyles& styles,
                        const std::string& regions = {});

/// \param loaded  the bytes of `file`.
/// \throws Error{Input}, Error{Memory}
AppliedPhoto decode_photo(const LoadedFile& loaded, const std::filesystem::path& file,
                          const std::filesystem::path& output, PickedStyles styles, const ApplyOptions& options,
                          const WarningSink& warn);

/// Paints it in place, in parts; the photo's alpha stays, and what is no model's region does.
/// \returns false when a signal has stopped it; then the picture is of no use.
bool paint_photo(AppliedPhoto& photo, const ApplyOptions& options, const LoadedModels& models);

/// The texture that the options ask of the first model, in place of a photo; undefined when a signal has stopped it.
/// \throws Error{InvalidArgument}, Error{Memory} for one that is too large.
AppliedPhoto painted_texture(const ApplyOptions& options, const LoadedModels& models);

/// Writes it, with what it is to hold beside its pixels. Atomic.
/// \returns the parameters, whether or not they were to be stored.
std::string write_painted(const AppliedPhoto& photo, const std::filesystem::path& content, const ApplyOptions& options,
                          const LoadedModels& models, const WarningSink& warn);

}  // namespace styler::app
