#include "styler/app/commands/evaluate/set_figures.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "support/catch.hpp"
#include "support/tensors.hpp"

namespace styler::app {
namespace {

EvaluateOptions options_for(std::vector<FigureGroup> figures) {
  EvaluateOptions options;
  options.figures = std::move(figures);
  options.against = {"others"};
  options.subset_size = 5;
  options.splits = 2;
  return options;
}

/// As many pictures in every space that the options use, each with a painting and classes.
SetFeatures set_of(const EvaluateOptions& options, int64_t count, uint64_t seed) {
  SetFeatures set(options);
  for (int64_t i = 0; i < count; ++i) {
    PictureFeatures picture;
    for (const Space space : options.spaces()) {
      picture.rows[static_cast<size_t>(space)] =
          support::noise({1, dimensions_of(space)}, at::kDouble, seed + static_cast<uint64_t>(i));
    }
    picture.painting = support::noise({1, 2048}, at::kDouble, 1000 + seed);
    picture.inception_classes = support::noise({1, 1008}, at::kFloat, 2000 + seed + static_cast<uint64_t>(i));
    set.add(picture);
  }
  return set;
}

std::vector<std::string> words_of(const std::vector<SetFigure>& figures) {
  std::vector<std::string> words;
  for (const SetFigure& figure : figures) words.push_back(figure.word);
  return words;
}

}  // namespace

TEST_CASE("in each space the figures that are asked for are computed, and no others", "[set_figures]") {
  using Words = std::vector<std::string>;
  const auto words_in = [](Space space, std::vector<FigureGroup> figures) {
    const EvaluateOptions options = options_for(std::move(figures));
    const SetFeatures set = set_of(options, 8, 1);
    const SetFeatures others = set_of(options, 9, 50);
    return words_of(distances_of(space, set.in(space), reference_of(others.in(space), "others"), options));
  };
  CHECK(words_in(Space::Vgg19, {FigureGroup::Vgg19}) == Words{"fd-vgg19", "kd-vgg19", "sd-vgg19"});
  CHECK(words_in(Space::Inception, {FigureGroup::Fid}) == Words{"fid"});
  CHECK(words_in(Space::Inception, {FigureGroup::Kid, FigureGroup::FidInfinity}) == Words{"kid", "fid-infinity"});
  CHECK(words_in(Space::InceptionTorchvision, {FigureGroup::FidTorchvision}) == Words{"fid-torchvision"});
  CHECK(words_in(Space::Lite0, {FigureGroup::FdLite0}) == Words{"fd-lite0"});
  CHECK(options_for({FigureGroup::Is}).compared_spaces().empty());
  CHECK(options_for({FigureGroup::Vgg19, FigureGroup::Kid}).compared_spaces().size() == 2);
}

TEST_CASE("a set is at no distance from itself, and its statistics do as well as its features", "[set_figures]") {
  const EvaluateOptions options = options_for({FigureGroup::Fid});
  const SetFeatures set = set_of(options, 6, 1);
  const FeatureSet& features = set.in(Space::Inception);
  const Reference reference = reference_of(features, "itself");
  CHECK(distances_of(Space::Inception, features, reference, options).front().value < 1e-6);
  CHECK(frechet_distance(gaussian_of(features.statistics()), features.gaussian()) < 1e-6);
  CHECK_THAT(
      [&] {
        try {
          reference_of(set_of(options, 1, 1).in(Space::Inception), "others");
        } catch (const Error& error) {
          return std::string(error.what());
        }
        return std::string();
      }(),
      support::contains("others has one picture"));
}

TEST_CASE("ArtFID is the product of both of its parts, and needs both", "[set_figures]") {
  const EvaluateOptions options = options_for({FigureGroup::ArtFid, FigureGroup::Is});
  const SetFeatures set = set_of(options, 5, 1);
  const std::vector<SetFigure> scores = scores_of(set, 0.25, options);
  REQUIRE(words_of(scores) == std::vector<std::string>{"is", "art-fid"});
  const double distance = frechet_distance(gaussian_of_rows(set.art()), gaussian_of_rows(set.paintings()));
  CHECK(scores[1].value == support::Approx(1.25 * (1 + distance)));
  CHECK(words_of(scores_of(set, std::numeric_limits<double>::quiet_NaN(), options)) == std::vector<std::string>{"is"});
  CHECK(scores_of(SetFeatures(options), 0.25, options).empty());
}

TEST_CASE("small sets are told with what the literature says of them", "[set_figures]") {
  const EvaluateOptions options = options_for({FigureGroup::Fid, FigureGroup::Is, FigureGroup::FidInfinity});
  const std::vector<std::string> warnings = few_for_figures(100, "out", options);
  REQUIRE(warnings.size() == 3);
  CHECK_THAT(warnings[0], support::contains("fewer than 2049") && support::contains("or go by kid"));
  CHECK_THAT(warnings[1], support::contains("fid-infinity is extrapolated from at least 5000"));
  CHECK_THAT(warnings[2], support::contains("is comes out too low"));
  CHECK(few_for_figures(6000, "out", options).empty());
  CHECK_THAT(few_for_figures(1, "out", options).back(), support::contains("give --splits 1 or fewer"));
}

}  // namespace styler::app
