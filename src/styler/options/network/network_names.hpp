#pragma once

#include "styler/base/text/names.hpp"

namespace styler {

/// The networks whose weights styler finds, gets, imports and verifies.
enum class NetworkName {
  Vgg19,  ///< What pictures are looked at through.
  Inception2015,
  InceptionTorchvision,
  InceptionArt,
  EfficientNetLite0,
  Alexnet,
  Vgg16,
  Squeezenet,
  LpipsAlex,
  LpipsVgg,
  LpipsSqueeze,
};

/// The first is meant where none is named; all others are for figures alone.
inline constexpr Names<NetworkName, 11> kNetworkNames{{{{NetworkName::Vgg19, "vgg19"},
                                                        {NetworkName::Inception2015, "inception-2015"},
                                                        {NetworkName::InceptionTorchvision, "inception-torchvision"},
                                                        {NetworkName::InceptionArt, "inception-art"},
                                                        {NetworkName::EfficientNetLite0, "efficientnet-lite0"},
                                                        {NetworkName::Alexnet, "alexnet"},
                                                        {NetworkName::Vgg16, "vgg16"},
                                                        {NetworkName::Squeezenet, "squeezenet"},
                                                        {NetworkName::LpipsAlex, "lpips-alex"},
                                                        {NetworkName::LpipsVgg, "lpips-vgg"},
                                                        {NetworkName::LpipsSqueeze, "lpips-squeeze"}}}};

}  // namespace styler
