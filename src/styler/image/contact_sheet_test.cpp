#include "styler/image/contact_sheet.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include "styler/core/picture/resample.hpp"
#include "support/catch.hpp"

using namespace styler;

namespace {

/// One colour whose red tells pictures apart.
Picture flat(float red, int64_t height, int64_t width) {
  Picture picture{at::zeros({1, 3, height, width}), {}};
  picture.colour.select(1, 0).fill_(red);
  return picture;
}

/// The pixels that are exactly this picture's colour.
int64_t count(const Picture& sheet, float red) {
  const at::Tensor is_red = sheet.colour.select(1, 0).eq(red);
  return is_red.logical_and(sheet.colour.select(1, 1).eq(0)).sum().item<int64_t>();
}

}  // namespace

TEST_CASE("a sheet shows every picture whole, on white", "[contact_sheet]") {
  const Picture sheet =
      drawn({{"a", "b"}, {"x", "y"}, {flat(0.25F, 40, 90), flat(0.5F, 80, 70), {}, flat(0.75F, 80, 90)}});
  CHECK_FALSE(sheet.alpha.defined());
  CHECK(count(sheet, 0.25F) == 40 * 90);
  CHECK(count(sheet, 0.5F) == 80 * 70);
  CHECK(count(sheet, 0.75F) == 80 * 90);
  CHECK(sheet.colour.select(2, 0).eq(1).all().item<bool>());
  CHECK(sheet.colour.size(3) > 2 * 90);
  CHECK(sheet.colour.size(2) > 2 * 80);
}

TEST_CASE("the size of a sheet is known before its pictures are", "[contact_sheet]") {
  const std::string row = GENERATE("", "a long label");
  ContactSheet sheet{{"a", "b"}, {row, row}, std::vector<Picture>(4)};
  const Size size = drawn_size(sheet, {100, 90});
  sheet.pictures[1] = flat(0.5F, 100, 70);
  sheet.pictures[2] = flat(0.5F, 80, 90);
  CHECK(picture_size(drawn(sheet).colour) == size);
}

TEST_CASE("what is written below a picture is there and nowhere else", "[contact_sheet]") {
  ContactSheet sheet{{"a", "b"}, {""}, {flat(0.75F, 80, 90), flat(0.75F, 80, 90)}, {"", "style 0.5"}};
  const Picture written = drawn(sheet);
  CHECK(picture_size(written.colour) == drawn_size(sheet, {80, 90}));
  sheet.captions.clear();
  const int64_t height = drawn(sheet).colour.size(2), half = written.colour.size(3) / 2;
  REQUIRE(written.colour.size(2) > height);
  const at::Tensor below = written.colour.narrow(2, height - 8, written.colour.size(2) - height + 8);
  CHECK_FALSE(below.narrow(3, 0, half).lt(1).any().item<bool>());
  CHECK(below.narrow(3, half, half).lt(0.5).any().item<bool>());
}

TEST_CASE("rows and columns of a sheet are where their labels are", "[contact_sheet]") {
  const Picture sheet = drawn({{"a", "b", "c"}, {""}, {flat(0.25F, 64, 64), flat(0.5F, 64, 64), flat(0.75F, 64, 64)}});
  const auto left_edge = [&](float red) {
    return sheet.colour.select(1, 0).eq(red).any(1).nonzero().select(1, 1).min().item<int64_t>();
  };
  CHECK(left_edge(0.25F) < left_edge(0.5F));
  CHECK(left_edge(0.5F) < left_edge(0.75F));
  // The labels are the only dark thing above the pictures.
  CHECK(sheet.colour.narrow(2, 0, 28).lt(0.5).any().item<bool>());
}

TEST_CASE("a label that is too long for its column grows smaller, and foreign letters become question marks",
          "[contact_sheet]") {
  const std::string longest(200, 'm');
  const Picture with_long = drawn({{longest}, {""}, {flat(0.5F, 64, 64)}});
  CHECK(with_long.colour.size(3) == drawn({{"m"}, {""}, {flat(0.5F, 64, 64)}}).colour.size(3));
  const auto sheet_of = [](const std::string& label) { return drawn({{label}, {""}, {flat(0.5F, 64, 64)}}).colour; };
  CHECK(sheet_of("gr\xc3\xbcn \xe6\xb5\xae").equal(sheet_of("gr?n ?")));
}

TEST_CASE("transparent pictures show the sheet's white", "[contact_sheet]") {
  Picture half = flat(0.5F, 64, 64);
  half.alpha = at::zeros({1, 1, 64, 64});
  half.alpha.narrow(3, 0, 32).fill_(1);
  CHECK(count(drawn({{"a"}, {""}, {half}}), 0.5F) == 64 * 32);
}
