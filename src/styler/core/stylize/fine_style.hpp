#pragma once

#include "styler/core/compute/device.hpp"
#include "styler/core/memory/plan.hpp"
#include "styler/core/network/features.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/core/stylize/observer.hpp"
#include "styler/options/scales.hpp"
#include "styler/options/stylize_options.hpp"

namespace styler {

/// A painting with the forms of one and the fine strokes of another, to be used as a style: control over spatial scale
/// as Gatys et al. (2017), "Controlling Perceptual Factors in Neural Style Transfer", define it. The coarse painting is
/// the start; the Gram matrices of the fine one in the layers up to relu2_1 are all that it is drawn to, and so its own
/// strokes give way while its forms, which these layers don't see, stay.
///
/// Taking the targets of those layers from one painting and the others from the other instead would ask for what no
/// picture has: features of deeper layers are made of the strokes, so their Gram matrices hold the coarse painting's
/// strokes as well, and the two kinds of targets work against each other.
///
/// One scale: at a smaller one the same layers see larger forms, which are to stay.
/// \param network  taps at least the layers of fine_stroke_options(); those alone make it several times as fast.
/// \param size     long edge at which both are looked at; of the result, unless `coarse` is smaller.
/// \param observer is told of the run as of any other; when it stops it, the result is what was reached.
/// \return         with the alpha of `coarse`.
/// \throws as stylize().
Picture with_fine_strokes(const FeatureExtractor& network, const ComputeDevice& device, const Picture& coarse,
                          const Picture& fine, int64_t size, const StylizeOptions& options, Observer& observer,
                          const MemoryBudget& budget = {});

/// `options` as with_fine_strokes() has them at this size.
/// \throws Error{InvalidArgument} when no style layer is among the fine ones.
StylizeOptions fine_stroke_options(const StylizeOptions& options, int64_t size);

}  // namespace styler
