#include "styler/train/crops.hpp"

#include <ATen/ATen.h>

#include <atomic>
#include <string>
#include <vector>

#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"

namespace styler {
namespace {

/// Pictures that are each of one colour: the share of red is the index by ten.
PictureStock plain_stock(size_t count, std::vector<size_t> broken = {}) {
  PictureStock stock;
  for (size_t i = 0; i < count; ++i) stock.names.push_back("photo " + std::to_string(i));
  stock.read = [broken = std::move(broken)](size_t index) {
    if (std::find(broken.begin(), broken.end(), index) != broken.end()) throw Error(ErrorCode::Input, "is broken");
    at::Tensor picture = at::full({1, 3, 40, 60}, 0.5);
    picture.select(1, 0).fill_(0.1 * static_cast<double>(index));
    return picture;
  };
  return stock;
}

CropOptions small_crops(uint64_t seed = 1) { return {.edge = 16, .seed = seed}; }

size_t source_of(const at::Tensor& crop) {
  return static_cast<size_t>(std::lround(crop.select(1, 0).mean().item<double>() * 10));
}

}  // namespace

TEST_CASE("crops go by seed and number alone, not by what was asked for before", "[crops][processor]") {
  Crops in_order(plain_stock(8), small_crops());
  std::vector<at::Tensor> all;
  for (int64_t i = 0; i < 12; ++i) all.push_back(in_order.crop(i));
  Crops resumed(plain_stock(8), small_crops());
  for (int64_t i = 7; i < 12; ++i) CHECK(at::equal(resumed.crop(i), all[static_cast<size_t>(i)]));
  CHECK(at::equal(resumed.crop(3), all[3]));  // back again
  Crops others(plain_stock(8), small_crops(2));
  bool different = false;
  for (int64_t i = 0; i < 12; ++i) different |= !at::equal(others.crop(i), all[static_cast<size_t>(i)]);
  CHECK(different);
}

TEST_CASE("crops have their size and come from all pictures", "[crops][processor]") {
  Crops crops(plain_stock(5), small_crops());
  std::set<size_t> sources;
  for (int64_t i = 0; i < 60; ++i) {
    const at::Tensor crop = crops.crop(i);
    CHECK(crop.sizes() == at::IntArrayRef({1, 3, 16, 16}));
    CHECK(crop.scalar_type() == at::kFloat);
    sources.insert(source_of(crop));
  }
  CHECK(sources == std::set<size_t>{0, 1, 2, 3, 4});
}

TEST_CASE("a picture smaller than a crop is enlarged, a much larger one is made smaller", "[crops][processor]") {
  PictureStock stock;
  stock.names = {"one"};
  const Size size = GENERATE(Size{5, 9}, Size{300, 200});
  stock.read = [size](size_t) { return support::picture(size, 3, at::kDouble); };
  Crops crops(stock, small_crops());
  const at::Tensor crop = crops.crop(0);
  CHECK(crop.sizes() == at::IntArrayRef({1, 3, 16, 16}));
  CHECK(crop.min().item<double>() >= 0);
  CHECK(crop.max().item<double>() <= 1);
}

TEST_CASE("pictures that can't be read are left out and told once", "[crops][processor]") {
  Crops crops(plain_stock(4, {1, 3}), small_crops());
  for (int64_t i = 0; i < 40; ++i) CHECK(source_of(crops.crop(i)) % 2 == 0);
  std::vector<std::string> told = crops.left_out();
  std::sort(told.begin(), told.end());
  CHECK(told == std::vector<std::string>{"photo 1: is broken", "photo 3: is broken"});
}

TEST_CASE("without a picture that can be read there is one sentence", "[crops][processor]") {
  Crops crops(plain_stock(2, {0, 1}), small_crops());
  CHECK_THROWS_WITH(crops.crop(0), "none of the 2 pictures can be read");
  CHECK_THROWS_WITH(crops.crop(1), "none of the 2 pictures can be read");
}

TEST_CASE("what fits into the cache is read once, what doesn't again", "[crops][processor]") {
  const auto reads_with = [](int64_t bytes) {
    std::atomic<int> reads = 0;
    PictureStock stock = plain_stock(3);
    const auto plain = stock.read;
    stock.read = [&](size_t index) {
      ++reads;
      return plain(index);
    };
    CropOptions options = small_crops();
    options.cache_bytes = bytes;
    Crops crops(stock, options);
    for (int64_t i = 0; i < 40; ++i) crops.crop(i);
    return reads.load();
  };
  CHECK(reads_with(int64_t{1} << 20) == 3);
  CHECK(reads_with(1) > 10);
}

TEST_CASE("half of the crops are flipped", "[crops][processor]") {
  PictureStock stock;
  stock.names = {"ramp"};
  stock.read = [](size_t) { return at::linspace(0, 1, 60).view({1, 1, 1, 60}).expand({1, 3, 40, 60}).contiguous(); };
  Crops crops(stock, small_crops());
  int flipped = 0;
  for (int64_t i = 0; i < 100; ++i) {
    const at::Tensor crop = crops.crop(i);
    flipped += crop.select(3, 0).mean().item<double>() > crop.select(3, 15).mean().item<double>() ? 1 : 0;
  }
  CHECK(flipped > 30);
  CHECK(flipped < 70);
}

}  // namespace styler
