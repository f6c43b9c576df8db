#include "styler/options/over_time.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"

namespace styler {

OverTime::OverTime(std::vector<Moment> moments) : moments_(std::move(moments)) { STYLER_ASSERT(is_told()); }

std::optional<OverTime> OverTime::parse(std::string_view text) {
  if (const auto number = parse_decimal(text)) return OverTime({{0, *number}});
  std::vector<Moment> moments;
  for (const std::string_view part : parts_of(text, ',')) {
    const size_t colon = part.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto seconds = parse_seconds(part.substr(0, colon));
    const auto value = parse_decimal(part.substr(colon + 1));
    if (!seconds || !value || *seconds < 0) return std::nullopt;
    if (!moments.empty() && *seconds <= moments.back().seconds) return std::nullopt;
    moments.push_back({*seconds, *value});
  }
  return OverTime(std::move(moments));
}

std::string OverTime::text() const {
  if (!changes()) return is_told() ? decimal_text(moments_.front().value) : "";
  std::string text;
  for (const Moment& moment : moments_) {
    text += (text.empty() ? "" : ",") + decimal_text(moment.seconds) + ":" + decimal_text(moment.value);
  }
  return text;
}

double OverTime::at(double seconds) const {
  STYLER_ASSERT(is_told());
  const auto behind = std::ranges::upper_bound(moments_, seconds, {}, &Moment::seconds);
  if (behind == moments_.begin()) return moments_.front().value;
  if (behind == moments_.end()) return moments_.back().value;
  const Moment& from = *(behind - 1);
  return std::lerp(from.value, behind->value, (seconds - from.seconds) / (behind->seconds - from.seconds));
}

double OverTime::mean() const {
  const double sum = std::accumulate(moments_.begin(), moments_.end(), 0.0,
                                     [](double total, const Moment& moment) { return total + moment.value; });
  return is_told() ? sum / static_cast<double>(moments_.size()) : 0;
}

}  // namespace styler
