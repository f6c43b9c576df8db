#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>
#include <vector>

#include "styler/core/colour/colour_points.hpp"
#include "styler/core/colour/colour_transfer.hpp"

namespace styler {
namespace {

/// Of a histogram, over the whole range of its values.
constexpr int kBins = 512;

constexpr int kRotations = 10;

/// Of a histogram, in standard deviations of the wanted colours: only what hardly varies has less, and there rounding
/// must not jump from one end of the wanted colours to the other.
constexpr double kLeastRange = 1;

/// How weight is distributed along one axis: at the middle of every bin, the part of all weight that lies below, half
/// of the bin's own included. So a single value has its median, and equal distributions give the same value back.
class Distribution {
 public:
  Distribution(const std::vector<ColourPoint>& points, size_t axis) {
    const auto [low, high] = std::minmax_element(
        points.begin(), points.end(),
        [axis](const ColourPoint& a, const ColourPoint& b) { return a.colour[axis] < b.colour[axis]; });
    const double range = high->colour[axis] - low->colour[axis];
    step_ = std::max(range, kLeastRange) / (kBins - 1);
    // What is narrower lies in the middle, its least value exactly on a bin.
    first_ = low->colour[axis] - step_ * std::max(0.0, std::floor((kBins - 1 - range / step_) / 2));
    std::vector<double> weights(kBins);
    double sum = 0;
    for (const ColourPoint& point : points) {
      weights[static_cast<size_t>(std::lround((point.colour[axis] - first_) / step_))] += point.weight;
      sum += point.weight;
    }
    below_.resize(kBins);
    double before = 0;
    for (size_t i = 0; i < weights.size(); ++i) {
      below_[i] = (before + weights[i] / 2) / sum;
      before += weights[i];
    }
  }

  double first() const { return first_; }
  double step() const { return step_; }
  const std::vector<double>& below() const { return below_; }

  /// The value with this part of the weight below it.
  double quantile(double part) const {
    const auto above = std::lower_bound(below_.begin(), below_.end(), part);
    if (above == below_.begin()) return first_;
    if (above == below_.end()) return first_ + step_ * (kBins - 1);
    const double share = (part - *(above - 1)) / (*above - *(above - 1));
    return first_ + step_ * (static_cast<double>(above - 1 - below_.begin()) + share);
  }

 private:
  double first_ = 0;
  double step_ = 0;
  std::vector<double> below_;
};

/// Turns one distribution along an axis into another; monotonic.
class AxisMap {
 public:
  AxisMap(const Distribution& from, const Distribution& to) : first_(from.first()), step_(from.step()) {
    values_.reserve(kBins);
    for (const double part : from.below()) values_.push_back(to.quantile(part));
  }

  double operator()(double value) const {
    const double place = std::clamp((value - first_) / step_, 0.0, kBins - 1.0);
    const auto bin = static_cast<size_t>(std::min(place, kBins - 2.0));
    const double share = place - static_cast<double>(bin);
    return values_[bin] + share * (values_[bin + 1] - values_[bin]);
  }

 private:
  double first_;
  double step_;
  std::vector<double> values_;
};

/// Histograms matched along the axes of one rotation.
struct Turn {
  Matrix3 rotation{};
  std::vector<AxisMap> axes;

  Colour operator()(const Colour& colour) const {
    Colour turned = transformed(rotation, colour);
    for (size_t i = 0; i < 3; ++i) turned[i] = axes[i](turned[i]);
    Colour result{};
    for (size_t i = 0; i < 3; ++i) {
      for (size_t j = 0; j < 3; ++j) result[i] += rotation[j][i] * turned[j];  // the transpose takes it back
    }
    return result;
  }
};

/// That of 0 is none; the others spread over all directions, by Euler angles that are multiples of irrational numbers.
Matrix3 rotation(int index) {
  constexpr double kPlastic = 1.32471795724474602596;  // which gives the evenest such series in two dimensions
  const double pan = 2 * std::numbers::pi * index / kPlastic;
  const double roll = 2 * std::numbers::pi * index * std::numbers::phi;
  const double height = 1 - 2 * std::fmod(index / (kPlastic * kPlastic), 1.0);
  const double tilt = std::acos(height);
  const double cp = std::cos(pan);
  const double sp = std::sin(pan);
  const double ct = std::cos(tilt);
  const double st = std::sin(tilt);
  const double cr = std::cos(roll);
  const double sr = std::sin(roll);
  return {{{cp * ct * cr - sp * sr, sp * ct * cr + cp * sr, -st * cr},
           {-cp * ct * sr - sp * cr, -sp * ct * sr + cp * cr, st * sr},
           {cp * st, sp * st, ct}}};
}

std::vector<ColourPoint> changed(std::vector<ColourPoint> points, const ColourMap& map) {
  for (ColourPoint& point : points) point.colour = map(point.colour);
  return points;
}

Turn next_turn(int index, const std::vector<ColourPoint>& from, const std::vector<ColourPoint>& to) {
  Turn result;
  result.rotation = rotation(index);
  const ColourMap rotate = [&result](const Colour& colour) { return transformed(result.rotation, colour); };
  const std::vector<ColourPoint> turned = changed(from, rotate);
  const std::vector<ColourPoint> wanted = changed(to, rotate);
  for (size_t axis = 0; axis < 3; ++axis)
    result.axes.emplace_back(Distribution(turned, axis), Distribution(wanted, axis));
  return result;
}

}  // namespace

ColourMap histogram_map(const Picture& from, const Picture& to) {
  std::vector<ColourPoint> points = colour_points(from);
  std::vector<ColourPoint> wanted = colour_points(to);
  const ColourStatistics statistics = statistics_of(wanted);
  const Affine match = matching(statistics_of(points), statistics);
  const auto [there, back] = whitening(statistics);
  points = changed(std::move(points), [&](const Colour& lab) { return there(match(lab)); });
  wanted = changed(std::move(wanted), there);
  std::vector<Turn> turns;
  // The axes of the wanted colours come last: along those that they don't vary along, nothing may be left.
  for (int i = kRotations - 1; i >= 0; --i) {
    turns.push_back(next_turn(i, points, wanted));
    points = changed(std::move(points), turns.back());
  }
  return [match, there = there, back = back, turns = std::move(turns)](const Colour& rgb) {
    Colour colour = there(match(oklab_from_srgb(rgb)));
    for (const Turn& each : turns) colour = each(colour);
    return srgb_from_oklab(back(colour));
  };
}

}  // namespace styler
