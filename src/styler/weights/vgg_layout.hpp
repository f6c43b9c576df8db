#pragma once

#include <filesystem>

#include "styler/weights/layout.hpp"

namespace styler {

/// Picks VGG19's convolutions out of a file that uses Keras', torchvision's (and Johnson's) or our names, and brings
/// the kernels into our order. Other tensors, such as the classifier's, are left unread.
/// \param file  Only named in messages.
/// \throws Error{Weights} naming the first tensor that is missing, of another shape, or not finite.
FoundNetwork find_vgg(const ForeignTensors& tensors, const std::filesystem::path& file);

}  // namespace styler
