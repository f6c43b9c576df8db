#include "styler/image/contact_sheet.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "styler/base/error.hpp"
#include "styler/core/picture/on_white.hpp"

namespace styler {
namespace {

constexpr int kGap = 8;
constexpr int kLetterHeight = 12;
constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;
constexpr int kThickness = 1;
/// Of a place whose pictures are all still to come.
constexpr int64_t kLeastEdge = 64;
constexpr int kWhite = 255, kInk = 40;

/// One question mark for each letter that the font lacks, whatever number of bytes UTF-8 has for it.
std::string in_ascii(const std::string& text) {
  std::string result;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool goes_on = (byte & 0xC0) == 0x80;
    if (!goes_on) result += byte < 0x80 ? letter : '?';
  }
  return result;
}

double full_scale() { return cv::getFontScaleFromHeight(kFont, kLetterHeight, kThickness); }

int width_of(const std::string& text, double scale) {
  return cv::getTextSize(in_ascii(text), kFont, scale, kThickness, nullptr).width;
}

/// Writes `text` in the middle of a box.
void write(cv::Mat& canvas, const std::string& text, const cv::Rect& box) {
  if (text.empty()) return;
  const double scale = full_scale() * std::min(1.0, static_cast<double>(box.width) / width_of(text, full_scale()));
  const cv::Point at(box.x + (box.width - width_of(text, scale)) / 2, box.y + (box.height + kLetterHeight) / 2);
  cv::putText(canvas, in_ascii(text), at, kFont, scale, cv::Scalar(kInk), kThickness, cv::LINE_AA);
}

/// As large as the largest picture.
Size place_of(const ContactSheet& sheet) {
  Size place;
  for (const Picture& picture : sheet.pictures) {
    if (!picture.colour.defined()) continue;
    place.height = std::max(place.height, picture.colour.size(2));
    place.width = std::max(place.width, picture.colour.size(3));
  }
  return place;
}

/// Where everything goes.
struct Layout {
  Layout(const ContactSheet& sheet, Size place)
      : width(static_cast<int>(std::max(place.width, kLeastEdge))),
        height(static_cast<int>(std::max(place.height, kLeastEdge))),
        caption(sheet.captions.empty() ? 0 : kLetterHeight + kGap) {
    for (const std::string& label : sheet.rows) label_width = std::max(label_width, width_of(label, full_scale()));
    left = label_width == 0 ? kGap : label_width + 2 * kGap;
  }

  cv::Rect box(int row, int column) const {
    return {left + column * (width + kGap), top + row * (height + caption + kGap), width, height};
  }
  cv::Rect caption_box(const cv::Rect& of) const { return {of.x, of.y + of.height, width, caption}; }

  int width, height;  ///< Of a place.
  int caption;        ///< The height of what is written below it.
  int label_width = 0, left = 0, top = kLetterHeight + 2 * kGap;
};

/// Of the whole.
Size canvas_size(const ContactSheet& sheet, const Layout& layout) {
  const cv::Rect last = layout.box(static_cast<int>(sheet.rows.size()) - 1, static_cast<int>(sheet.columns.size()) - 1);
  return {last.y + last.height + layout.caption + kGap, last.x + last.width + kGap};
}

}  // namespace

Size drawn_size(const ContactSheet& sheet, Size place) { return canvas_size(sheet, Layout(sheet, place)); }

Picture drawn(const ContactSheet& sheet) {
  const int columns = static_cast<int>(sheet.columns.size());
  const int rows = static_cast<int>(sheet.rows.size());
  STYLER_ASSERT(columns > 0 && rows > 0 && sheet.pictures.size() == sheet.columns.size() * sheet.rows.size());
  STYLER_ASSERT(sheet.captions.empty() || sheet.captions.size() == sheet.pictures.size());
  const Layout layout(sheet, place_of(sheet));
  const Size size = canvas_size(sheet, layout);
  cv::Mat canvas(static_cast<int>(size.height), static_cast<int>(size.width), CV_8UC1, cv::Scalar(kWhite));
  for (int column = 0; column < columns; ++column) {
    write(canvas, sheet.columns[static_cast<size_t>(column)],
          cv::Rect(layout.box(0, column).x, 0, layout.width, layout.top));
  }
  for (int row = 0; row < rows; ++row) {
    write(canvas, sheet.rows[static_cast<size_t>(row)],
          cv::Rect(kGap, layout.box(row, 0).y, layout.label_width, layout.height));
  }

  for (size_t i = 0; i < sheet.captions.size(); ++i) {
    write(canvas, sheet.captions[i],
          layout.caption_box(layout.box(static_cast<int>(i) / columns, static_cast<int>(i) % columns)));
  }

  Picture result;
  result.colour = at::from_blob(canvas.data, {1, 1, canvas.rows, canvas.cols}, at::kByte)
                      .to(at::kFloat)
                      .div_(kWhite)
                      .repeat({1, 3, 1, 1});
  for (size_t i = 0; i < sheet.pictures.size(); ++i) {
    const Picture& picture = sheet.pictures[i];
    if (!picture.colour.defined()) continue;
    const cv::Rect box = layout.box(static_cast<int>(i) / columns, static_cast<int>(i) % columns);
    result.colour.narrow(2, box.y, picture.colour.size(2))
        .narrow(3, box.x, picture.colour.size(3))
        .copy_(on_white(picture));
  }
  return result;
}

}  // namespace styler
