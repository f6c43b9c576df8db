#include "styler/image/read/picture_assembly.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <limits>

#include "styler/base/error.hpp"
#include "styler/image/read/alpha_fill.hpp"
#include "styler/image/read/orientation.hpp"

namespace styler {
namespace {

/// In [0, 1]; NaN, which float files may hold, becomes 0.
float clamped(float value) { return value > 0 ? std::min(value, 1.0F) : 0.0F; }

/// `count` values of one row as floating point, from `first` of it; not clamped.
void read_values(const cv::Mat& pixels, int row, float* values) {
  const int count = pixels.cols * pixels.channels();
  const auto scaled = [&](const auto* stored, float full) {
    for (int i = 0; i < count; ++i) values[i] = static_cast<float>(stored[i]) / full;
  };
  if (pixels.depth() == CV_8U) return scaled(pixels.ptr<uint8_t>(row), 255.0F);
  if (pixels.depth() == CV_16U) return scaled(pixels.ptr<uint16_t>(row), 65535.0F);
  std::copy_n(pixels.ptr<float>(row), count, values);
}

enum class Visibility { All, Some, None };

/// What alpha, the last channel, lets through.
Visibility visibility_of(const DecodedPicture& decoded) {
  if (decoded.alpha == AlphaKind::None) return Visibility::All;
  const cv::Mat& pixels = decoded.pixels;
  std::vector<float> row(static_cast<size_t>(pixels.cols) * pixels.channels());
  bool all = true, any = false;
  for (int y = 0; y < pixels.rows; ++y) {
    read_values(pixels, y, row.data());
    for (size_t i = pixels.channels() - 1; i < row.size(); i += pixels.channels()) {
      all = all && row[i] >= 1;
      any = any || row[i] > 0;
    }
  }
  if (all) return Visibility::All;
  return any ? Visibility::Some : Visibility::None;
}

/// Some rows on their way from the file's pixels to the planes.
class RowBlock {
 public:
  RowBlock(const DecodedPicture& decoded, const ColourTransform* to_srgb)
      : decoded_(decoded),
        to_srgb_(to_srgb),
        channels_(decoded.pixels.channels()),
        colours_in_(colour_channels(decoded.colour)),
        columns_(static_cast<size_t>(decoded.pixels.cols)),
        most_rows_(static_cast<int>(std::clamp<size_t>(kPixels / columns_, 1, kRows))),
        values_(columns_ * channels_),
        colours_(most_rows_ * columns_ * colours_in_),
        rgb_(most_rows_ * columns_ * 3),
        alpha_(most_rows_ * columns_) {}

  int most_rows() const { return most_rows_; }

  /// Takes the rows from `first` on, at most most_rows().
  void load(int first) {
    rows_ = std::min(most_rows_, decoded_.pixels.rows - first);
    for (int y = 0; y < rows_; ++y) load_row(first + y, y * columns_);
    const size_t count = rows_ * columns_;
    if (to_srgb_ != nullptr) {
      to_srgb_->apply(colours_.data(), rgb_.data(), count);
    } else {
      const size_t last = colours_in_ - 1;  // one of grey, or three
      for (size_t i = 0; i < count; ++i) {
        for (size_t c = 0; c < 3; ++c) rgb_[3 * i + c] = colours_[i * colours_in_ + std::min(c, last)];
      }
    }
  }

  /// Puts the loaded rows, the first of which is `first` of the file, into the planes.
  void store(int first, const Placement& place, float* colour, float* alpha) const {
    const int64_t plane = place.height * place.width;
    for (int64_t x = 0; x < static_cast<int64_t>(columns_); ++x) {
      for (int64_t y = 0; y < rows_; ++y) {
        const size_t from = y * columns_ + x;
        const int64_t to = place.origin + (first + y) * place.per_row + x * place.per_column;
        for (int64_t c = 0; c < 3; ++c) colour[c * plane + to] = rgb_[3 * from + c];
        if (alpha != nullptr) alpha[to] = alpha_[from];
      }
    }
  }

 private:
  /// Enough that turning by 90° writes whole cache lines; and few enough pixels that very wide pictures fit too.
  static constexpr size_t kRows = 16, kPixels = size_t{1} << 20;

  void load_row(int row, size_t target) {
    read_values(decoded_.pixels, row, values_.data());
    const bool has_alpha = decoded_.alpha != AlphaKind::None;
    for (size_t x = 0; x < columns_; ++x) {
      const float* pixel = &values_[x * channels_];
      const float alpha = has_alpha ? clamped(pixel[channels_ - 1]) : 1.0F;
      const float divisor = decoded_.alpha == AlphaKind::Premultiplied && alpha > 0 ? alpha : 1.0F;
      float* colour = &colours_[(target + x) * colours_in_];
      for (size_t c = 0; c < colours_in_; ++c) colour[c] = clamped(pixel[c] / divisor);
      alpha_[target + x] = alpha;
    }
  }

  const DecodedPicture& decoded_;
  const ColourTransform* to_srgb_;
  size_t channels_, colours_in_, columns_;
  int most_rows_, rows_ = 0;
  std::vector<float> values_, colours_, rgb_, alpha_;
};

}  // namespace

Picture assemble(DecodedPicture decoded, const ColourTransform* to_srgb) {
  const Visibility visibility = visibility_of(decoded);
  const Placement place(decoded.pixels.rows, decoded.pixels.cols, decoded.orientation);
  Picture picture;
  if (decoded.file_size.pixels() > 0) {
    const Placement whole(decoded.file_size.height, decoded.file_size.width, decoded.orientation);
    picture.file_size = {whole.height, whole.width};
  }
  picture.colour = at::empty({1, 3, place.height, place.width}, at::kFloat);
  if (visibility != Visibility::All) picture.alpha = at::empty({1, 1, place.height, place.width}, at::kFloat);
  auto* const colour = picture.colour.data_ptr<float>();
  auto* const alpha = picture.alpha.defined() ? picture.alpha.data_ptr<float>() : nullptr;
  {
    RowBlock block(decoded, to_srgb);
    for (int y = 0; y < decoded.pixels.rows; y += block.most_rows()) {
      block.load(y);
      block.store(y, place, colour, alpha);
    }
  }
  decoded.pixels.release();
  if (visibility == Visibility::Some) fill_hidden_colours(colour, alpha, place.height, place.width);
  if (visibility == Visibility::None) std::fill_n(colour, picture.colour.numel(), 0.5F);
  return picture;
}

}  // namespace styler
