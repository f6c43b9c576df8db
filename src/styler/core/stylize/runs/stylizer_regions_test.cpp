#include <string>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/colour/colour_transfer.hpp"
#include "styler/core/loss/style/gram_matrix.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "support/catch.hpp"
#include "support/stylized.hpp"
#include "support/tensors.hpp"
#include "support/test_device.hpp"
#include "support/tiny_network.hpp"

using namespace styler;
using support::TinyNetwork;

namespace {

constexpr Size kPhoto = {24, 40};

/// The left part of the photo is region 0, the rest region 1.
std::vector<ContentRegion> halves(int64_t border = 20) {
  at::Tensor left = at::zeros({1, 1, kPhoto.height, kPhoto.width}, support::on_device());
  left.narrow(3, 0, border).fill_(1);
  return {{left, "#ff0000"}, {1 - left, "#0000ff"}};
}

/// Coarse and of high contrast, or fine and flat.
StyleSource striped_painting(int which, size_t region) {
  StyleSource source;
  const at::Tensor stripes =
      at::arange(40, support::on_device(at::kFloat)).view({1, 1, 1, 40}).div(which == 0 ? 4 : 1).floor().remainder(2);
  const at::Tensor colours = which == 0 ? at::tensor({0.9, 0.1, 0.2}, support::on_device(at::kFloat))
                                        : at::tensor({0.1, 0.2, 0.5}, support::on_device(at::kFloat));
  source.picture.colour = (colours.view({1, 3, 1, 1}) * (0.4 + 0.6 * stripes)).expand({1, 3, 30, 40}).contiguous();
  source.region = region;
  source.name = which == 0 ? "coarse.png" : "fine.png";
  return source;
}

StylizeInput regions_input(std::vector<StyleSource> styles, std::vector<ContentRegion> regions = halves()) {
  StylizeInput input;
  input.content.colour = support::picture(kPhoto, 1);
  input.styles = std::move(styles);
  input.regions = std::move(regions);
  return input;
}

StylizeOptions regions_run(int64_t iterations = 10) {
  StylizeOptions options;
  options.schedule = {40, 2, iterations};
  options.schedule.coarse_style = 1;
  options.objective = TinyNetwork::objective_options();
  options.objective.style_weight = 100;
  return options;
}

at::Tensor painted_regions(const StylizeInput& input, const StylizeOptions& options) {
  Observer nobody;
  return support::stylized(TinyNetwork(), input, options, nobody).picture.colour;
}

/// How far the style of a picture is from a painting's, relative to its size.
double region_distance(const at::Tensor& picture, const StyleSource& style) {
  const TinyNetwork network;
  const at::Tensor gram = gram_matrix(network.features(picture.contiguous())[0]);
  const at::Tensor target = gram_matrix(network.features(style.picture.colour)[0]);
  return ((gram - target).norm() / target.norm()).item<double>();
}

at::Tensor left_of(const at::Tensor& picture, int64_t width = 18) { return picture.narrow(3, 0, width); }
at::Tensor right_of(const at::Tensor& picture, int64_t width = 18) {
  return picture.narrow(3, picture.size(3) - width, width);
}

/// Keeps every picture that it is shown, and every remark.
struct RegionWatcher : Observer {
  void on_scale(const ScaleEvent& event) override { remarks.push_back(event.remarks); }
  Control on_iteration(const IterationEvent& event) override {
    pictures.push_back(event.picture().clone());
    return Control::Continue;
  }
  std::vector<at::Tensor> pictures;
  std::vector<std::vector<std::string>> remarks;
};

}  // namespace

TEST_CASE("Each region takes the style that is for it, and not the other's", "[stylizer][regions]") {
  StylizeOptions options = regions_run(40);
  options.objective.content_weight = 0.1;
  const StyleSource coarse = striped_painting(0, 0);
  const StyleSource fine = striped_painting(1, 1);
  const at::Tensor picture = painted_regions(regions_input({coarse, fine}), options);
  CHECK(region_distance(left_of(picture), coarse) < 0.2);
  CHECK(region_distance(right_of(picture), fine) < 0.2);
  CHECK(region_distance(left_of(picture), fine) > 1);
  CHECK(region_distance(right_of(picture), coarse) > 0.5);
}

TEST_CASE("A region without a style is the photo to the last bit", "[stylizer][regions]") {
  StylizeInput input = regions_input({striped_painting(0, 1)});
  input.init = GENERATE(Init::Content, Init::Noise);
  StylizeOptions options = regions_run();
  options.colour = GENERATE(ColourMode::Style, ColourMode::Luminance);
  RegionWatcher watcher;
  const at::Tensor picture = support::stylized(TinyNetwork(), input, options, watcher).picture.colour;
  CHECK(at::equal(left_of(picture, 20), left_of(input.content.colour, 20)));
  CHECK(support::relative_error(right_of(picture), right_of(input.content.colour)) > 0.05);
  for (const at::Tensor& shown : watcher.pictures) {
    const at::Tensor photo = resized(input.content.colour, picture_size(shown)).clamp(0, 1);
    const int64_t width = shown.size(3) / 2 - 1;
    CHECK(at::equal(left_of(shown, width), left_of(photo, width)));
  }
}

TEST_CASE("Along soft borders the photo goes over into the painting", "[stylizer][regions]") {
  const at::Tensor share =
      at::linspace(0, 1, 40, support::on_device(at::kFloat)).view({1, 1, 1, 40}).expand({1, 1, 24, 40}).contiguous();
  const StylizeInput input = regions_input({striped_painting(0, 0)}, {{share, "a"}, {1 - share, "b"}});
  const at::Tensor difference = (painted_regions(input, regions_run()) - input.content.colour).abs();
  CHECK(left_of(difference, 1).max().item<double>() == 0);
  CHECK(left_of(difference, 10).mean().item<double>() < 0.5 * right_of(difference, 10).mean().item<double>());
}

TEST_CASE("What is optimised is what is seen, also beside the photo", "[stylizer][regions]") {
  StylizeOptions options = regions_run();
  options.schedule.scales = 1;
  StylizeInput input = regions_input({striped_painting(0, 1)});
  Observer nobody;
  const StylizeResult result = support::stylized(TinyNetwork(), input, options, nobody);
  input.init = Init::Picture;
  input.init_picture = result.picture;
  options.schedule.iterations = 1;
  const StylizeResult again = support::stylized(TinyNetwork(), input, options, nobody);
  CHECK(again.scales.back().summary.initial_loss == support::Approx(result.saved_loss.total).epsilon(0.01));
  // What the start has where the photo stays is of no account.
  input.init_picture.colour = result.picture.colour.clone();
  input.init_picture.colour.narrow(3, 0, 20).fill_(0.5);
  const StylizeResult grey = support::stylized(TinyNetwork(), input, options, nobody);
  CHECK(grey.scales.back().summary.initial_loss == again.scales.back().summary.initial_loss);
}

TEST_CASE("One region for everything is as good as none", "[stylizer][regions]") {
  StylizeInput input =
      regions_input({striped_painting(0, 0)}, {{at::ones({1, 1, 6, 10}, support::on_device()), "all"}});
  const at::Tensor parted = painted_regions(input, regions_run());
  input.regions.clear();
  CHECK(support::relative_error(parted, painted_regions(input, regions_run())) < 1e-4);
}

TEST_CASE("Only the part of a painting that is like the region is taken", "[stylizer][regions]") {
  // Left half one painting, right half the other: each region is to take after one of them.
  StyleSource both = striped_painting(0, 0);
  both.picture.colour = at::cat({both.picture.colour, striped_painting(1, 1).picture.colour}, 3);
  at::Tensor left = at::zeros({1, 1, 30, 80}, support::on_device());
  left.narrow(3, 0, 40).fill_(1);
  StyleSource second = both;
  both.region_share = left;
  second.region_share = 1 - left;
  second.region = 1;
  StylizeOptions options = regions_run(40);
  options.objective.content_weight = 0.1;
  options.style_scale = 4;
  const at::Tensor picture = painted_regions(regions_input({both, second}), options);
  CHECK(region_distance(left_of(picture), striped_painting(0, 0)) < 0.25);
  CHECK(region_distance(right_of(picture), striped_painting(1, 1)) < 0.25);
}

TEST_CASE("Colours are matched region by region", "[stylizer][regions]") {
  StylizeOptions options = regions_run();
  options.schedule.scales = 1;
  options.colour = ColourMode::Match;
  StylizeInput input = regions_input({striped_painting(0, 0), striped_painting(1, 1)});
  const at::Tensor matched = painted_regions(input, options);
  const StylizeInput given = input;
  for (StyleSource& style : input.styles) {
    const Picture part = {given.content.colour, given.regions[style.region].share};
    style.picture.colour =
        mapped(style.picture.colour, match_map(colour_statistics(style.picture), colour_statistics(part)));
  }
  options.colour = ColourMode::Style;
  CHECK(support::relative_error(matched, painted_regions(input, options)) < 1e-4);
}

TEST_CASE("Regions that are too small are refused, but for coarse scales", "[stylizer][regions]") {
  StylizeOptions options = regions_run(2);
  options.style_scale = 4;  // paintings at their own size
  const auto message = [&](const StylizeInput& input) {
    try {
      painted_regions(input, options);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::Input);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  const auto dot = [](Size size, int64_t edge) {
    at::Tensor share = at::zeros({1, 1, size.height, size.width}, support::on_device());
    share.narrow(2, 4, edge).narrow(3, 4, 1).fill_(1);
    return share;
  };
  const auto of_content = [&](int64_t edge) {
    return regions_input({striped_painting(0, 0)},
                         {{dot(kPhoto, edge), "#010203"}, {1 - dot(kPhoto, edge), "#0000ff"}});
  };
  CHECK(
      message(of_content(3)) ==
      "region #010203 of the content picture has 3 pixels at 40x24 px, but relu2_1 as a style layer needs 4; make the "
      "region or --size larger, or leave the layer out of --style-layers");
  StyleSource small = striped_painting(1, 0);
  small.region_share = dot({30, 40}, 2);
  CHECK_THAT(message(regions_input({small})),
             support::contains("region #ff0000 of the style picture 'fine.png' has 2"));
  StylizeInput transparent = regions_input({striped_painting(0, 0)});
  transparent.content.alpha = transparent.regions[1].share;
  CHECK_THAT(message(transparent), support::contains("has 0 pixels"));

  RegionWatcher watcher;
  support::stylized(TinyNetwork(), of_content(8), options, watcher);
  REQUIRE(watcher.remarks.size() == 2);
  REQUIRE(watcher.remarks[0].size() == 1);
  CHECK_THAT(watcher.remarks[0][0],
             support::contains("region #010203 of the content picture has 2 pixels at 20x12 px"));
  CHECK(watcher.remarks[1].empty());
}

TEST_CASE("Shares of styles count within their region", "[stylizer][regions]") {
  StyleSource first = striped_painting(0, 0);
  StyleSource second = striped_painting(1, 0);
  const StyleSource other = striped_painting(1, 1);
  first.weight = 0;
  CHECK(at::equal(painted_regions(regions_input({first, second, other}), regions_run()),
                  painted_regions(regions_input({second, other}), regions_run())));
  second.weight = 0;
  CHECK_THROWS_WITH(painted_regions(regions_input({first, second, other}), regions_run()),
                    support::contains("shares of all styles of region #ff0000 are 0"));
}
