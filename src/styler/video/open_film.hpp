#pragma once

#include <filesystem>
#include <memory>

#include "styler/core/picture/picture.hpp"
#include "styler/options/film_options.hpp"
#include "styler/video/film/film.hpp"

namespace styler {

/// Opens a film: a file that FFmpeg's libraries read; a folder of pictures, in the order of their names, in which
/// numbers count as numbers; or pictures by a FramePattern.
///
/// - Frames are turned upright as the container's display matrix says, scaled to square pixels, and converted by the
///   matrix and range that the stream tells; where it tells none, by BT.709 from 720p on and BT.601 below. The transfer
///   of BT.601 and BT.709 counts as sRGB's, as players have it; BT.2020 and Display P3 are converted to BT.709's
///   primaries; PQ and HLG are tone-mapped.
/// - Pictures are read as decode_picture() does; they need be of one size.
/// - Times are the container's own, also where they are not regular.
/// - What is unusual (interlaced, HDR, damaged, cut off, of changing size) is told to `warn`, each once.
///
/// Memory: two frames as they come, and those that the decoder keeps to look back at, none of which has more than
/// `max_pixels`. No file but this one is opened, and no network: playlists are refused.
/// \throws Error{Input} for what can't be read, Error{Installation} for a film where styler was built without FFmpeg.
std::unique_ptr<FilmReader> open_film(const std::filesystem::path& film, const FilmReadOptions& options = {},
                                      const WarningSink& warn = {});

}  // namespace styler
