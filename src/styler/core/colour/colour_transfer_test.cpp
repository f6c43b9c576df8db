#include "styler/core/colour/colour_transfer.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "styler/core/colour/colour_points.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"

using namespace styler;

namespace {

/// Colours that stay within sRGB whatever is done to them here.
at::Tensor muted(const at::Tensor& picture) { return 0.5 + 0.25 * (picture - 0.5); }

at::Tensor content() { return muted(support::picture({40, 60}, 1)); }
/// Of other colours than the content, in other proportions.
at::Tensor muted_painting() {
  const at::Tensor picture = support::picture({50, 30}, 4);
  return muted(at::stack({picture.select(1, 2).square(), picture.select(1, 0), picture.select(1, 1) * 0.5}, 1));
}
at::Tensor grey_ramp(double low = 0.2, double high = 0.9) {
  return at::linspace(low, high, 600, support::on_device(at::kFloat))
      .view({1, 1, 20, 30})
      .expand({1, 3, 20, 30})
      .contiguous();
}

bool has_equal_channels(const at::Tensor& colour) {
  return at::equal(colour.select(1, 0), colour.select(1, 1)) && at::equal(colour.select(1, 1), colour.select(1, 2));
}

ColourStatistics statistics(const at::Tensor& colour) { return colour_statistics({colour, {}}); }

double largest_difference(const ColourStatistics& a, const ColourStatistics& b) {
  double largest = 0;
  for (size_t i = 0; i < 3; ++i) {
    largest = std::max(largest, std::abs(a.mean[i] - b.mean[i]));
    for (size_t j = 0; j < 3; ++j) largest = std::max(largest, std::abs(a.covariance[i][j] - b.covariance[i][j]));
  }
  return largest;
}

double largest_difference(const Colour& a, const Colour& b) {
  return std::max({std::abs(a[0] - b[0]), std::abs(a[1] - b[1]), std::abs(a[2] - b[2])});
}

double largest_difference(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<double>(); }

/// What is left between the distributions of two pictures' colours: their quantiles' mean distance along L, a and b.
double histogram_distance(const at::Tensor& a, const at::Tensor& b) {
  const auto quantiles = [](const at::Tensor& colour, size_t axis) {
    std::vector<double> values;
    for (const ColourPoint& point : colour_points({colour, {}})) values.push_back(point.colour[axis]);
    std::sort(values.begin(), values.end());
    return values;
  };
  double sum = 0;
  for (size_t axis = 0; axis < 3; ++axis) {
    const std::vector<double> of_a = quantiles(a, axis);
    const std::vector<double> of_b = quantiles(b, axis);
    for (size_t i = 0; i < 1000; ++i) {
      sum += std::abs(of_a[i * of_a.size() / 1000] - of_b[i * of_b.size() / 1000]) / 1000;
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("Oklab has the values that its author gives", "[color]") {
  CHECK(largest_difference(oklab_from_srgb({1, 0, 0}), {0.627955, 0.224863, 0.125846}) < 1e-5);
  CHECK(largest_difference(oklab_from_srgb({0, 0, 1}), {0.452014, -0.032457, -0.311528}) < 1e-5);
  CHECK(largest_difference(oklab_from_srgb({1, 1, 1}), {1, 0, 0}) < 1e-6);
  CHECK(largest_difference(oklab_from_srgb({0, 0, 0}), {0, 0, 0}) < 1e-12);
  // Middle grey, 0.18 of white's light.
  CHECK(std::abs(oklab_from_srgb({0.461356, 0.461356, 0.461356})[0] - std::cbrt(0.18)) < 1e-5);
}

TEST_CASE("Every colour comes back from Oklab", "[color]") {
  double largest = 0;
  for (const double r : {0.0, 0.01, 0.3, 0.7, 1.0}) {
    for (const double g : {0.0, 0.01, 0.3, 0.7, 1.0}) {
      for (const double b : {0.0, 0.01, 0.3, 0.7, 1.0}) {
        largest = std::max(largest, largest_difference(srgb_from_oklab(oklab_from_srgb({r, g, b})), {r, g, b}));
      }
    }
  }
  CHECK(largest < 1e-4);
}

TEST_CASE("A colour that sRGB does not have keeps its lightness and its hue", "[color]") {
  for (const Colour wanted : {Colour{0.9, -0.03, -0.3}, Colour{0.2, 0.2, 0.1}, Colour{0.5, -0.3, 0.02}}) {
    const Colour rgb = srgb_from_oklab(wanted);
    CHECK(*std::min_element(rgb.begin(), rgb.end()) >= 0);
    CHECK(*std::max_element(rgb.begin(), rgb.end()) <= 1);
    const Colour lab = oklab_from_srgb(rgb);
    CHECK(std::abs(lab[0] - wanted[0]) < 1e-4);
    CHECK(std::abs(std::atan2(lab[2], lab[1]) - std::atan2(wanted[2], wanted[1])) < 1e-2);
    CHECK(std::hypot(lab[1], lab[2]) < std::hypot(wanted[1], wanted[2]));
  }
  CHECK(largest_difference(srgb_from_oklab({1.3, 0.1, 0.1}), {1, 1, 1}) < 1e-6);
}

TEST_CASE("Grey stays grey to the last bit", "[color]") {
  CHECK(has_equal_channels(mapped(grey_ramp(0, 1), grey_map())));
  CHECK(largest_difference(mapped(grey_ramp(0, 1), grey_map()), grey_ramp(0, 1)) < 1e-6);
  CHECK(has_equal_channels(mapped(content(), grey_map())));
  // As a colour profile leaves it: rounded differently in each channel.
  const at::Tensor nearly = grey_ramp() + 1e-6 * support::noise({1, 3, 20, 30}, at::kFloat);
  CHECK_FALSE(has_equal_channels(nearly));
  CHECK(has_equal_channels(with_chroma(support::picture({20, 30}, 7), nearly)));
}

TEST_CASE("Joined pictures have the lightness of one and the chroma of the other", "[color]") {
  const at::Tensor light = muted(support::picture({40, 60}, 8));
  const at::Tensor joined = with_chroma(light, content());
  const std::vector<ColourPoint> points = colour_points({joined, {}});
  const std::vector<ColourPoint> of_light = colour_points({light, {}});
  const std::vector<ColourPoint> of_content = colour_points({content(), {}});
  double largest = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    const Colour expected = {of_light[i].colour[0], of_content[i].colour[1], of_content[i].colour[2]};
    largest = std::max(largest, largest_difference(points[i].colour, expected));
  }
  CHECK(largest < 1e-5);
  CHECK(largest_difference(with_chroma(content(), content()), content()) < 1e-5);
}

TEST_CASE("Pixels count as much as they are opaque", "[color]") {
  const at::Tensor left = content().narrow(3, 0, 30);
  at::Tensor alpha = at::ones({1, 1, 40, 60}, support::on_device(at::kFloat));
  alpha.narrow(3, 30, 30).zero_();
  CHECK(largest_difference(colour_statistics({content(), alpha}), statistics(left)) < 1e-12);
  CHECK(largest_difference(statistics(content()), statistics(left)) > 1e-3);
  // Half as opaque everywhere is no difference; nor is nothing at all.
  CHECK(largest_difference(colour_statistics({content(), at::full_like(alpha, 0.5)}), statistics(content())) < 1e-12);
  CHECK(largest_difference(colour_statistics({content(), at::zeros_like(alpha)}), statistics(content())) < 1e-12);
  // And the map is made of what is visible.
  const at::Tensor matched = mapped(muted_painting(), histogram_map({muted_painting(), {}}, {content(), alpha}));
  CHECK(histogram_distance(matched, left) < 0.5 * histogram_distance(matched, content()));
}

TEST_CASE("Greys get the mean and deviation of the other picture's lightness", "[color]") {
  const at::Tensor matched = mapped(muted_painting(), grey_map(statistics(muted_painting()), statistics(content())));
  CHECK(has_equal_channels(matched));
  CHECK(std::abs(statistics(matched).mean[0] - statistics(content()).mean[0]) < 1e-5);
  CHECK(std::abs(statistics(matched).covariance[0][0] - statistics(content()).covariance[0][0]) < 1e-5);
}

TEST_CASE("Matched colours have the other picture's mean and covariance", "[color]") {
  const ColourStatistics wanted = statistics(content());
  CHECK(largest_difference(statistics(muted_painting()), wanted) > 1e-2);
  const at::Tensor matched = mapped(muted_painting(), match_map(statistics(muted_painting()), wanted));
  CHECK(largest_difference(statistics(matched), wanted) < 1e-5);
  // Done again it changes nothing.
  CHECK(largest_difference(mapped(matched, match_map(statistics(matched), wanted)), matched) < 1e-3);
}

TEST_CASE("Of all maps that match the one is taken that moves colours least", "[color]") {
  // That is the one whose matrix is symmetric and positive definite (Brenier).
  const Matrix3 map = matching(statistics(muted_painting()), statistics(content())).matrix;
  for (size_t i = 0; i < 3; ++i) {
    CHECK(map[i][i] > 0);
    for (size_t j = 0; j < i; ++j) {
      CHECK(std::abs(map[i][j] - map[j][i]) < 1e-9);
      CHECK(map[i][j] * map[j][i] < map[i][i] * map[j][j]);
    }
  }
}

TEST_CASE("Colours that don't vary can be matched", "[color]") {
  const at::Tensor flat = at::full({1, 3, 20, 30}, 0.25, support::on_device(at::kFloat));
  const bool whole = GENERATE(false, true);
  const auto match = [whole](const at::Tensor& from, const at::Tensor& to) {
    const ColourMap map = whole ? histogram_map({from, {}}, {to, {}}) : match_map(statistics(from), statistics(to));
    const at::Tensor result = mapped(from, map);
    CHECK(at::isfinite(result).all().item<bool>());
    return result;
  };
  SECTION("to those of a grey photo: the painting becomes grey") {
    const at::Tensor matched = match(muted_painting(), grey_ramp());
    CHECK(has_equal_channels(matched));
    CHECK(std::abs(statistics(matched).mean[0] - statistics(grey_ramp()).mean[0]) < 2e-3);
    CHECK(std::abs(statistics(matched).covariance[0][0] - statistics(grey_ramp()).covariance[0][0]) < 2e-3);
  }
  SECTION("to those of a flat photo: the painting becomes flat") {
    CHECK(largest_difference(match(muted_painting(), flat), flat.narrow(2, 0, 1).narrow(3, 0, 1)) < 1e-4);
  }
  SECTION("from those of a flat painting: it gets the photo's mean or median") {
    const at::Tensor matched = match(flat, content());
    CHECK(statistics(matched).covariance[0][0] < 1e-9);
    CHECK(std::abs(statistics(matched).mean[0] - statistics(content()).mean[0]) < 0.05);
  }
  SECTION("from those of a grey painting: noise is not stretched to colours") {
    const at::Tensor noisy = (grey_ramp() + 0.3 / 255 * support::noise({1, 3, 20, 30}, at::kFloat)).clamp(0, 1);
    const ColourStatistics matched = statistics(match(noisy, support::picture({20, 30}, 2)));
    CHECK(matched.covariance[0][0] > 0.01);
  }
}

TEST_CASE("Matching histograms brings distributions closer than mean and covariance", "[color]") {
  const at::Tensor matched = mapped(muted_painting(), match_map(statistics(muted_painting()), statistics(content())));
  const ColourMap map = histogram_map({muted_painting(), {}}, {content(), {}});
  const at::Tensor transferred = mapped(muted_painting(), map);
  CHECK(histogram_distance(matched, content()) < 0.7 * histogram_distance(muted_painting(), content()));
  CHECK(histogram_distance(transferred, content()) < 0.5 * histogram_distance(matched, content()));
  // The same again, bit for bit.
  CHECK(at::equal(transferred, mapped(muted_painting(), histogram_map({muted_painting(), {}}, {content(), {}}))));
  // A picture already has its own histogram.
  CHECK(largest_difference(mapped(content(), histogram_map({content(), {}}, {content(), {}})), content()) < 0.02);
}

TEST_CASE("Maps leave the pictures that they are given alone", "[color]") {
  const at::Tensor given = content();
  const at::Tensor kept = given.clone();
  mapped(given, [](const Colour&) { return Colour{1, 1, 1}; });
  with_chroma(given, grey_ramp().new_zeros({1, 3, 40, 60}));
  CHECK(at::equal(given, kept));
}
