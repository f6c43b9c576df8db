#include "styler/core/picture/region_map.hpp"

#include "support/catch.hpp"
#include "support/tensors.hpp"

using namespace styler;

namespace {

constexpr MapColour kRed = {255, 0, 0};
constexpr MapColour kGreen = {0, 200, 0};
constexpr MapColour kBlue = {0, 0, 255};

at::Tensor plane_of(const MapColour& colour) {
  return at::tensor({colour[0], colour[1], colour[2]}, at::kFloat).view({1, 3, 1, 1}).div(255);
}

/// Columns of these colours, each 40 wide and 30 high.
at::Tensor columns(const std::vector<MapColour>& colours) {
  std::vector<at::Tensor> parts;
  for (const MapColour& colour : colours) parts.push_back(plane_of(colour).expand({1, 3, 30, 40}));
  return at::cat(parts, 3);
}

/// From one colour to the other over the whole width.
at::Tensor gradient(const MapColour& from, const MapColour& to, int64_t width) {
  const at::Tensor along = at::linspace(0, 1, width, at::kFloat).view({1, 1, 1, -1});
  return (plane_of(from) * (1 - along) + plane_of(to) * along).expand({1, 3, 30, width});
}

void check_sums(const RegionMap& map) {
  at::Tensor sum = at::zeros_like(map.shares.front());
  for (const at::Tensor& share : map.shares) {
    CHECK(share.min().item<double>() >= 0);
    sum = sum + share;
  }
  CHECK((sum - 1).abs().max().item<double>() < 1e-6);
}

}  // namespace

TEST_CASE("Each flat colour of a map is a region, the largest first", "[region_map][processor]") {
  const RegionMap map = region_map(columns({kGreen, kRed, kBlue, kRed}));
  REQUIRE(map.colours.size() == 3);
  CHECK(map.colours.front() == kRed);
  check_sums(map);
  CHECK(map.shares[0].narrow(3, 40, 40).min().item<double>() == 1);
  CHECK(map.shares[0].narrow(3, 120, 40).min().item<double>() == 1);
  CHECK(map.shares[0].sum().item<double>() == 2400);
  CHECK(map_colour_text(kGreen) == "#00c800");
}

TEST_CASE("Pixels between two colours belong to both in proportion", "[region_map][processor]") {
  const RegionMap map =
      region_map(at::cat({columns({kRed, kRed}), gradient(kRed, kBlue, 60), columns({kBlue, kBlue, kGreen})}, 3));
  REQUIRE(map.colours.size() == 3);
  check_sums(map);
  const size_t red = *same_map_colour(map.colours, kRed);
  const at::Tensor across = map.shares[red].select(2, 0).flatten();
  const at::Tensor falls = across.narrow(0, 80, 60);
  CHECK((falls.narrow(0, 1, 59) - falls.narrow(0, 0, 59)).max().item<double>() <= 0);
  CHECK(falls[30].item<double>() == support::Approx(0.49).margin(0.03));
  CHECK(falls[15].item<double>() == support::Approx(0.75).margin(0.03));
  CHECK(across.narrow(0, 140, 80).max().item<double>() == 0);
}

TEST_CASE("Noise around a colour belongs to it, and is no region", "[region_map][processor]") {
  const at::Tensor clean = columns({kRed, kBlue, {200, 180, 160}});
  // Of a JPEG: flat in most places, and off by a few levels near borders.
  at::Tensor noise = support::noise(clean.sizes(), at::kFloat, 3) * (4 / 255.0);
  noise = noise * (support::noise({1, 1, 30, 120}, at::kFloat, 4) > 0.5);
  const RegionMap map = region_map((clean + noise + 1 / 255.0).clamp(0, 1));
  REQUIRE(map.colours.size() == 3);
  check_sums(map);
  for (size_t i = 0; i < 3; ++i) CHECK(map.shares[i].sum().item<double>() == support::Approx(1200).epsilon(0.01));
  CHECK(same_map_colour(map.colours, kRed));
}

TEST_CASE("What has no flat colours has no regions", "[region_map][processor]") {
  CHECK(region_map(support::picture({60, 80})).colours.empty());
  CHECK(region_map(gradient({0, 0, 0}, {60, 60, 60}, 400)).colours.empty());
}

TEST_CASE("Specks below half a per cent are no regions of their own", "[region_map][processor]") {
  at::Tensor picture = columns({kRed, kBlue}).contiguous();
  picture.narrow(2, 0, 2).narrow(3, 0, 5).copy_(plane_of(kGreen).expand({1, 3, 2, 5}));
  CHECK(region_map(picture).colours.size() == 2);
  picture.narrow(2, 0, 3).narrow(3, 0, 5).copy_(plane_of(kGreen).expand({1, 3, 3, 5}));
  CHECK(region_map(picture).colours.size() == 3);
}

TEST_CASE("A colour is found by its like", "[region_map][processor]") {
  CHECK(same_map_colour({kRed, kBlue}, {250, 4, 3}) == 0);
  CHECK(same_map_colour({kRed, kBlue}, {9, 0, 244}) == 1);
  CHECK_FALSE(same_map_colour({kRed, kBlue}, kGreen));
  CHECK_FALSE(same_map_colour({}, kGreen));
}
