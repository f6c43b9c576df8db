#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "styler/app/session/console.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {

/// A point of a loss curve. Between two of them the curve is straight.
struct CurvePoint {
  int64_t iteration = 0;  ///< 1 …, counted through all scales.
  double loss = 0;        ///< The total.
};

/// One picture of a gallery.
struct GalleryEntry {
  std::string content_name;       ///< As the page shows it: the row.
  std::string style_name;         ///< The column.
  std::filesystem::path content;  ///< The photo's file, for the view before.
  std::filesystem::path picture;  ///< The result's file; the page links to it, relative to itself.
  /// What to show beside the picture: `--size` and `512`, in the order to show them.
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string command;                ///< That makes the picture again, for copying.
  std::vector<CurvePoint> curve;      ///< To draw, iterations rising.
  std::vector<int64_t> scale_starts;  ///< Iterations after which a new scale began.
};

/// Writes one self-contained HTML page: thumbnails in a table of content × style; each opens its picture with its
/// parameters, loss curve and a slider between before and after. Works from a file, without a network, on a phone.
/// Pictures are embedded as small JPEGs, the smaller the more there are, so that the page stays below about 50 MB.
/// Entries whose picture or photo can't be read are left out of the page. Atomic, see atomic_file.hpp.
/// \param read  how pictures are read: as they were when the results were made.
/// \returns the files that were left out, with the reason.
/// \throws Error{Output}
std::vector<std::string> write_gallery(const std::filesystem::path& page, const std::vector<GalleryEntry>& entries,
                                       const ReadOptions& read = {});

/// The same for a command: warns of each file that was left out, and tells where the page is unless all is to be quiet.
void make_gallery(const std::filesystem::path& page, const std::vector<GalleryEntry>& entries, const ReadOptions& read,
                  bool quiet, Console& console);

}  // namespace styler::app
