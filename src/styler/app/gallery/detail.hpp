#pragma once

#include <cstddef>
#include <cstdint>

namespace styler::app {

/// How much of each picture a gallery's page holds.
struct GalleryDetail {
  int64_t thumbnail_edge = 0;  ///< Long edge in pixels, in the table.
  int64_t preview_edge = 0;    ///< In the large view; the thumbnail's own: one picture serves for both.
  size_t curve_points = 0;     ///< At most about that many points of each loss curve.

  bool has_preview() const { return preview_edge > thumbnail_edge; }
  bool operator==(const GalleryDetail&) const = default;
};

/// What a page should stay below, in bytes: mail and phones still take it.
inline constexpr double kGalleryBudget = 50e6;

/// The most detail with which a page of so many results of so many photos is expected to stay within kGalleryBudget.
/// Beyond some seven thousand results no detail does; they get the least.
GalleryDetail gallery_detail(size_t results, size_t photos);

/// Bytes that a page of this detail takes, estimated for pictures that are hard to compress.
double expected_page_bytes(const GalleryDetail& detail, size_t results, size_t photos);

}  // namespace styler::app
