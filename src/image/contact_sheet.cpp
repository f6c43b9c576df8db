#include "styler/contact_sheet.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "styler/error.hpp"

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

int64_t largest_edge(const ContactSheet& sheet, int64_t dimension) {
  int64_t largest = 0;
  for (const Picture& picture : sheet.pictures) {
    if (picture.colour.defined()) largest = std::max(largest, picture.colour.size(dimension));
  }
  return std::max(largest, kLeastEdge);
}

at::Tensor on_white(const Picture& picture) {
  if (!picture.alpha.defined()) return picture.colour;
  return picture.colour * picture.alpha + (1 - picture.alpha);
}

}  // namespace

Picture drawn(const ContactSheet& sheet) {
  const int columns = static_cast<int>(sheet.columns.size());
  const int rows = static_cast<int>(sheet.rows.size());
  STYLER_ASSERT(columns > 0 && rows > 0 && sheet.pictures.size() == sheet.columns.size() * sheet.rows.size());
  const int width = static_cast<int>(largest_edge(sheet, 3));
  const int height = static_cast<int>(largest_edge(sheet, 2));
  int label_width = 0;
  for (const std::string& label : sheet.rows) label_width = std::max(label_width, width_of(label, full_scale()));
  const int left = label_width == 0 ? kGap : label_width + 2 * kGap;
  const int top = kLetterHeight + 2 * kGap;
  const auto place = [&](int row, int column) {
    return cv::Rect(left + column * (width + kGap), top + row * (height + kGap), width, height);
  };

  const cv::Rect last = place(rows - 1, columns - 1);
  cv::Mat canvas(last.y + height + kGap, last.x + width + kGap, CV_8UC1, cv::Scalar(kWhite));
  for (int column = 0; column < columns; ++column) {
    write(canvas, sheet.columns[static_cast<size_t>(column)], cv::Rect(place(0, column).x, 0, width, top));
  }
  for (int row = 0; row < rows; ++row) {
    write(canvas, sheet.rows[static_cast<size_t>(row)], cv::Rect(kGap, place(row, 0).y, label_width, height));
  }

  Picture result;
  result.colour = at::from_blob(canvas.data, {1, 1, canvas.rows, canvas.cols}, at::kByte)
                      .to(at::kFloat)
                      .div_(kWhite)
                      .repeat({1, 3, 1, 1});
  for (size_t i = 0; i < sheet.pictures.size(); ++i) {
    const Picture& picture = sheet.pictures[i];
    if (!picture.colour.defined()) continue;
    const cv::Rect box = place(static_cast<int>(i) / columns, static_cast<int>(i) % columns);
    result.colour.narrow(2, box.y, picture.colour.size(2))
        .narrow(3, box.x, picture.colour.size(3))
        .copy_(on_white(picture));
  }
  return result;
}

}  // namespace styler
