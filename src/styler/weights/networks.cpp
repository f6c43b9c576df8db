#include "styler/weights/networks.hpp"

#include <algorithm>
#include <array>

#include "styler/base/error.hpp"
#include "styler/core/network/vgg19_weights.hpp"
#include "styler/weights/vgg_layout.hpp"

namespace styler {
namespace {

constexpr std::array kNetworks{
    NetworkFiles{NetworkName::Vgg19, vgg19_form, find_vgg, "--weights", "STYLER_WEIGHTS", "scripts/get_weights.sh"},
};
static_assert(kNetworks.size() == kNetworkNames.entries.size(), "every name has its network");

}  // namespace

const NetworkFiles& network_files(NetworkName name) {
  const auto network = std::ranges::find(kNetworks, name, &NetworkFiles::name);
  STYLER_ASSERT(network != kNetworks.end());
  return *network;
}

}  // namespace styler
