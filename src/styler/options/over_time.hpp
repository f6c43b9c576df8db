#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace styler {

/// A number that changes while a film runs: from moment to moment on straight lines, and beyond the first and the last
/// one as it is there.
class OverTime {
 public:
  struct Moment {
    double seconds = 0;  ///< From the film's beginning; more than the moment's before.
    double value = 0;
    bool operator==(const Moment&) const = default;
  };

  /// Nothing is told.
  OverTime() = default;
  /// \param moments  at least one.
  explicit OverTime(std::vector<Moment> moments);

  /// `0.8`, or moments with their values, `0:0,2s:0.8`.
  static std::optional<OverTime> parse(std::string_view text);
  /// As parse() takes it; of a number that stays as it is that number.
  std::string text() const;

  bool is_told() const { return !moments_.empty(); }
  bool changes() const { return moments_.size() > 1; }
  /// Where something is told.
  double at(double seconds) const;
  double at(double seconds, double otherwise) const { return is_told() ? at(seconds) : otherwise; }
  /// What stands for all of them where one number has to.
  double mean() const;
  const std::vector<Moment>& moments() const { return moments_; }

 private:
  std::vector<Moment> moments_;
};

}  // namespace styler
