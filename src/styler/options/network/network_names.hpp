#pragma once

#include "styler/base/text/names.hpp"

namespace styler {

/// The networks whose weights styler finds, gets, imports and verifies.
enum class NetworkName {
  Vgg19,  ///< What pictures are looked at through.
};

/// The first is meant where none is named.
inline constexpr Names<NetworkName, 1> kNetworkNames{{{{NetworkName::Vgg19, "vgg19"}}}};

}  // namespace styler
