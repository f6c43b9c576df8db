#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <functional>

#include "styler/core/picture/picture.hpp"

namespace styler {

/// One colour: red, green and blue, sRGB-encoded in [0, 1]; or L, a and b of Oklab.
using Colour = std::array<double, 3>;

/// Oklab (Björn Ottosson 2020, "A perceptual color space for image processing", bottosson.github.io/posts/oklab):
/// L from 0 for black to 1 for white; a and b, within ±0.35, are 0 for grey. Equal steps look about equally large, and
/// L can change at constant a and b without a change of hue, also in blue, which turns violet in CIELAB. Luma (YIQ),
/// which Gatys et al. use, takes pure blue for nearly black (0.11, where Oklab has 0.45).
/// \param rgb  values outside [0, 1] count as the nearest inside.
Colour oklab_from_srgb(const Colour& rgb);

/// A colour that sRGB does not have loses chroma, at its own L and hue, until it does; so what is light stays light,
/// where cutting off channels would shift both. As good as grey (chroma below 5e-5, a hundredth of an 8-bit level)
/// is exactly grey: R = G = B to the last bit.
Colour srgb_from_oklab(const Colour& lab);

/// A change of colours, sRGB-encoded in and out: made from pictures once, and then for their pixels at any size. May be
/// called by several threads at a time.
using ColourMap = std::function<Colour(const Colour&)>;

/// \param colour  [1, 3, H, W], floating point, on any device.
/// \return        float32 of the same shape on the same device. Computed on the CPU, on LibTorch's threads, without
///                other memory of this size.
at::Tensor mapped(const at::Tensor& colour, const ColourMap& map);

/// Mean and covariance of a picture's colours in Oklab, each pixel counting as much as it is opaque; a picture that is
/// transparent everywhere counts as opaque.
struct ColourStatistics {
  Colour mean{};
  std::array<Colour, 3> covariance{};
};

/// About 100 ns per pixel.
ColourStatistics colour_statistics(const Picture& picture);

/// To the grey of the same lightness (Oklab's L).
ColourMap grey_map();

/// To greys whose lightness has the mean and standard deviation of `to`'s, as in luminance-only transfer (Gatys et al.
/// 2016, "Preserving Color in Neural Artistic Style Transfer", arXiv:1606.05897, section 4): L' = (L − μ)·σ'/σ + μ'.
/// Values that leave [0, 1] are cut off.
ColourMap grey_map(const ColourStatistics& from, const ColourStatistics& to);

/// The affine map that turns the mean and covariance of `from` into those of `to`, in Oklab, as in colour histogram
/// matching (ibid., section 5). Of all such maps it is the one that moves the colours least (Monge and Kantorovich's;
/// Pitié and Kokaram 2007, "The linear Monge-Kantorovitch linear colour mapping for example-based colour transfer"), so
/// that hues keep their roles: Cholesky factors depend on the order of the channels, and products of square roots of
/// the two covariances turn hues round without need.
///
/// Where the colours of `from` hardly vary (a grey painting, a flat one), their variation is stretched as if its
/// standard deviation were one 8-bit level: what is less is noise, and a sharp limit keeps it from becoming blotches.
ColourMap match_map(const ColourStatistics& from, const ColourStatistics& to);

/// Gives `from` the whole distribution of `to`'s colours: after match_map, one-dimensional histograms are matched along
/// the axes of a fixed series of rotations (iterative distribution transfer: Pitié, Kokaram and Dahyot 2007, "Automated
/// colour grading using colour distribution transfer"). Deterministic. About 300 ns per pixel of the two pictures to
/// make, and as much per pixel to use.
ColourMap histogram_map(const Picture& from, const Picture& to);

/// `lightness` in the colours of `chroma`: L of one, a and b of the other.
/// \param lightness, chroma  [1, 3, H, W], floating point, of the same size.
/// \return                   float32, on the device of `lightness`.
at::Tensor with_chroma(const at::Tensor& lightness, const at::Tensor& chroma);

}  // namespace styler
