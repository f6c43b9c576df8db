#include "styler/options/style_loss_options.hpp"

#include <array>
#include <cstddef>

#include "styler/base/error.hpp"

namespace styler {
namespace {

/// In the order of the enumeration.
constexpr std::array<const char*, 5> kNames = {"gram", "gram-mean", "wasserstein", "histogram", "sliced"};

}  // namespace

std::vector<std::string> style_loss_names() { return {kNames.begin(), kNames.end()}; }

std::string style_loss_name(StyleLoss loss) { return kNames.at(static_cast<size_t>(loss)); }

StyleLoss parse_style_loss(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames.at(i) == name) return static_cast<StyleLoss>(i);
  }
  throw Error(ErrorCode::InvalidArgument, "style-loss is '" + std::string(name) +
                                              "' but must be gram, gram-mean, wasserstein, histogram or sliced");
}

bool needs_whole_layers(StyleLoss loss) { return loss == StyleLoss::Histogram || loss == StyleLoss::Sliced; }

}  // namespace styler
