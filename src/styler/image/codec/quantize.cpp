#include "styler/image/codec/quantize.hpp"

#include <limits>

#include "styler/base/error.hpp"

namespace styler {
namespace {

/// Where the float32 planes of a picture start.
struct Planes {
  std::array<const float*, 3> colour{};
  const float* alpha = nullptr;  ///< Null for an opaque picture.
};

/// Uniform in [-0.5, 0.5): the upper 24 bits of a well mixed 32-bit number (Wellons' "lowbias32").
float uniform_noise(uint32_t number) {
  number = (number ^ number >> 16) * 0x7feb352dU;
  number = (number ^ number >> 15) * 0x846ca68bU;
  number ^= number >> 16;
  return static_cast<float>(number >> 8) * 0x1p-24F - 0.5F;
}

/// Noise that makes the mean of the rounded levels the level itself. The sum of two uniform numbers also keeps the
/// noise's power the same for all levels. Half a level from black and white its ends would be cut off and the mean
/// shifted, so a single uniform number has to do there; it leaves pure black and white as they are.
float dither_noise(double level, double largest, uint64_t sample) {
  const auto seed =
      static_cast<uint32_t>(sample * 0x9E3779B97F4A7C15U >> 32);  // neighbours must have nothing in common
  const float noise = uniform_noise(seed);
  if (level < 0.5 || level > largest - 0.5) return noise;
  return noise + uniform_noise(~seed);
}

/// Clamps, and notes a NaN, which has no level. Written so that the compiler can vectorise it.
float clamped(float value, bool& has_nan) {
  has_nan |= value != value;
  const float positive = value > 0.0F ? value : 0.0F;
  return positive < 1.0F ? positive : 1.0F;
}

/// The nearest of the levels that `Sample` has. Levels are never below -0.5, and std::lround would be a call for each.
template <typename Sample>
Sample rounded(double level) {
  return static_cast<Sample>(level + 0.5);  // NOLINT(bugprone-incorrect-roundings)
}

/// Fills the samples of one picture; `Sample` is uint8_t or uint16_t.
template <typename Sample>
bool fill(Pixels& pixels, const Planes& planes, const QuantizeOptions& options) {
  constexpr double kLargest = std::numeric_limits<Sample>::max();
  const auto count = static_cast<size_t>(pixels.width * pixels.height);
  const auto channels = static_cast<size_t>(pixels.channels);
  auto* const samples = reinterpret_cast<Sample*>(pixels.bytes.data());
  bool has_nan = false;
  const auto shown = [&](const float* values, size_t channel, size_t i) {
    const float value = clamped(values[i], has_nan);
    if (!options.background || planes.alpha == nullptr) return value;
    const float alpha = clamped(planes.alpha[i], has_nan);
    return alpha * value + (1 - alpha) * (*options.background)[channel];
  };
  const auto is_grey = [&](size_t i) {
    const float red = shown(planes.colour[0], 0, i);
    return red == shown(planes.colour[1], 1, i) && red == shown(planes.colour[2], 2, i);
  };
  for (size_t channel = 0; channel < 3; ++channel) {
    const float* const values = planes.colour[channel];
    for (size_t i = 0; i < count; ++i) {
      const float value = shown(values, channel, i);
      // Grey stays grey: it has one noise for its channels. In double, for float32 has too few bits to tell which of
      // 65536 levels is nearest.
      double level = double{value} * kLargest;
      if (options.dither) level += dither_noise(level, kLargest, i * 3 + (is_grey(i) ? 0 : channel));
      samples[i * channels + 2 - channel] = rounded<Sample>(level);  // blue first
    }
  }
  for (size_t i = 0; channels == 4 && i < count; ++i) {
    samples[i * 4 + 3] = rounded<Sample>(double{clamped(planes.alpha[i], has_nan)} * kLargest);
  }
  return !has_nan;
}

at::Tensor plain_floats(const at::Tensor& tensor) { return tensor.detach().to(at::kCPU, at::kFloat).contiguous(); }

}  // namespace

Pixels quantize(const Picture& picture, const QuantizeOptions& options) {
  const auto& given = picture.colour;
  STYLER_ASSERT(given.defined() && given.dim() == 4 && given.size(0) == 1 && given.size(1) == 3 && given.numel() > 0);
  STYLER_ASSERT(given.is_floating_point() && (options.bit_depth == 8 || options.bit_depth == 16));
  const bool has_alpha = picture.alpha.defined();
  STYLER_ASSERT(!has_alpha || (picture.alpha.is_floating_point() && picture.alpha.dim() == 4 &&
                               picture.alpha.size(0) == 1 && picture.alpha.size(1) == 1 &&
                               picture.alpha.size(2) == given.size(2) && picture.alpha.size(3) == given.size(3)));
  const at::Tensor colour = plain_floats(given);
  const at::Tensor alpha = has_alpha ? plain_floats(picture.alpha) : at::Tensor();
  Pixels pixels;
  pixels.width = given.size(3);
  pixels.height = given.size(2);
  pixels.channels = has_alpha && !options.background ? 4 : 3;
  pixels.bit_depth = options.bit_depth;
  pixels.bytes.resize(pixels.row_bytes() * static_cast<size_t>(pixels.height));
  const int64_t plane = pixels.width * pixels.height;
  const auto* const first = colour.data_ptr<float>();
  const Planes planes{{first, first + plane, first + 2 * plane}, has_alpha ? alpha.data_ptr<float>() : nullptr};
  const bool sound =
      options.bit_depth == 16 ? fill<uint16_t>(pixels, planes, options) : fill<uint8_t>(pixels, planes, options);
  STYLER_ASSERT(sound);  // no NaN
  return pixels;
}

}  // namespace styler
