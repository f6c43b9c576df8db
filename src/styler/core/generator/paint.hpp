#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "styler/core/generator/generator.hpp"
#include "styler/core/stylize/observer.hpp"

namespace styler {

/// How a picture of any size goes through a generator.
struct PaintOptions {
  /// The most that a part measures along an edge, beside what it sees around it; a multiple of Generator::kUnit. A part
  /// of `small` takes 100 MB at 512.
  int64_t part_edge = 512;
  /// A larger picture's norms take their statistics from as many of its pixels, in squares that are spread evenly over
  /// it. From the picture made smaller they would be those of other textures; over all of it each norm would take a
  /// pass of its own, since its statistics are of what the norm before put out.
  int64_t sampled_pixels = int64_t{1} << 20;
  /// By FastGenerator where it knows the generator and the processor, otherwise by LibTorch.
  bool fast = true;
  /// Of what runs through FastGenerator: float32 or bfloat16.
  at::ScalarType dtype = at::kFloat;
};

/// Told how far along painting is, from 0 to 1, after every part; may stop it. May be empty.
using PaintProgress = std::function<Control(double done)>;

/// What paint() normalises by: the statistics of the whole picture where it has at most `sampled_pixels`.
/// \param photo   [1, 3, H, W], the generator's type, RGB in [0, 1], on any device.
/// \return        On the generator's device.
NormStatistics picture_statistics(const Generator& generator, const at::Tensor& photo,
                                  const PaintOptions& options = {});

/// The generator's picture, in parts that see as far around them as the network does: as in one piece with the same
/// statistics, but for rounding. Takes the memory of one part and of the result.
/// \param photo  [1, 3, H, W], any size, the generator's type, RGB in [0, 1], on any device: parts of it are taken to
///               the generator's.
/// \return       Like photo, in [0, 1]; undefined when `progress` stopped it.
at::Tensor paint(const Generator& generator, const at::Tensor& photo, const PaintOptions& options = {},
                 const PaintProgress& progress = {});

/// The same with statistics that are given, and so in half the time: those of a film's shot, say, so that a still thing
/// looks the same in all its frames.
/// \param statistics  on the generator's device.
at::Tensor paint(const Generator& generator, const at::Tensor& photo, const NormStatistics& statistics,
                 const PaintOptions& options = {}, const PaintProgress& progress = {});

/// Those of several pictures together, each counting alike.
/// \param pictures  at least one.
NormStatistics pooled_statistics(const std::vector<NormStatistics>& pictures);

}  // namespace styler
