#pragma once

#include "styler/base/text/names.hpp"

namespace styler {

/// Whose numbers a network was trained on (InputConvention in core/network/vgg19_weights.hpp), as a user tells it of a
/// file; Auto goes by the file's checksum and layout.
enum class ConventionChoice { Auto, Caffe, Torchvision };

inline constexpr Names<ConventionChoice, 3> kConventionChoices{{{{ConventionChoice::Auto, "auto"},
                                                                 {ConventionChoice::Caffe, "caffe"},
                                                                 {ConventionChoice::Torchvision, "torchvision"}}}};

}  // namespace styler
