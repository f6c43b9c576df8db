#include "styler/app/gallery/detail.hpp"

#include <array>

namespace styler::app {
namespace {

/// From the finest on. The table shows thumbnails 176 px wide, so 320 px are enough for screens with two dots per
/// pixel; from the last but two on, the large view shows the thumbnail until the full file has been loaded.
constexpr std::array<GalleryDetail, 8> kDetails{{
    {480, 1024, 300},
    {320, 768, 300},
    {256, 512, 200},
    {192, 384, 200},
    {160, 256, 120},
    {128, 128, 120},
    {96, 96, 60},
    {48, 48, 30},
}};

/// A JPEG of `edge` × `edge` pixels as text: at quality 80 and full colour resolution, brush strokes take up to 0.45
/// bytes a pixel (The Starry Night at 160 … 1024 px), and tables 700 bytes; base64 writes three bytes as four letters.
double picture_bytes(int64_t edge) {
  const auto pixels = static_cast<double>(edge * edge);
  return (0.45 * pixels + 700) * 4 / 3;
}

}  // namespace

double expected_page_bytes(const GalleryDetail& detail, size_t results, size_t photos) {
  constexpr double kPage = 50e3, kWords = 1500;  // of the page itself; of a result's parameters, names and command
  constexpr double kPointBytes = 12;             // of the curve: an iteration and a loss of five digits
  const double curve = kPointBytes * static_cast<double>(detail.curve_points);
  const double preview = picture_bytes(detail.preview_edge);
  const double result = picture_bytes(detail.thumbnail_edge) + (detail.has_preview() ? preview : 0) + curve + kWords;
  return kPage + result * static_cast<double>(results) + preview * static_cast<double>(photos);
}

GalleryDetail gallery_detail(size_t results, size_t photos) {
  for (const GalleryDetail& detail : kDetails) {
    if (expected_page_bytes(detail, results, photos) <= kGalleryBudget) return detail;
  }
  return kDetails.back();
}

}  // namespace styler::app
