#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/job/inputs/style_files.hpp"
#include "styler/app/job/options/job_options.hpp"
#include "styler/app/job/record/stored_parameters.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/core/picture/region_map.hpp"
#include "styler/core/stylize/stylizer.hpp"

namespace styler::app {

/// A map of `picture`, at its size at most.
/// \param option  that names the file.
/// \param sha256  receives the file's.
/// \throws Error{Input} for one of another shape than the picture, or without flat colours, or with too many.
RegionMap read_region_map(const std::string& option, const std::filesystem::path& file, const ReadOptions& read,
                          const Picture& picture, std::string& sha256, const WarningSink& warn);

/// \param option  that names the colour.
/// \param word    a colour that parse_colour() knows.
/// \returns the index of the map's colour that it means.
/// \throws Error{InvalidArgument} naming those that there are, if none is.
size_t region_of_colour(const std::string& option, const std::filesystem::path& word,
                        const std::vector<MapColour>& colours);

/// Reads the maps that the options name. Gives `pictures` the regions of the photo, and replaces its styles by one for
/// each region that they are for.
/// \param read      how files may be read.
/// \param files     of the styles: `pictures` has theirs, in this order.
/// \param pictures  content and styles, decoded.
/// \param hashes    gets those of the maps.
/// \throws Error{Input} for a map that cannot be used: of another shape than its picture, without flat colours or with
///         one alone, or of a style with colours that the photo's map lacks; Error{InvalidArgument} for a colour that
///         it lacks, a map of a folder's pictures, and options for several styles where no region has several.
void assign_regions(const JobOptions& options, const ReadOptions& read, const std::vector<StyleFiles>& files,
                    StylizeInput& pictures, InputHashes& hashes, const WarningSink& warn);

}  // namespace styler::app
