#include "support/read_support.hpp"

#include <algorithm>
#include <utility>

#include "support/catch.hpp"

namespace styler::test {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(STYLER_TEST_DATA) / "pictures";

std::pair<int, int> upright_position(int orientation, int y, int x, int h, int w) {
  switch (orientation) {
    case 2:
      return {y, w - 1 - x};  // top, right
    case 3:
      return {h - 1 - y, w - 1 - x};  // bottom, right
    case 4:
      return {h - 1 - y, x};  // bottom, left
    case 5:
      return {x, y};  // left, top
    case 6:
      return {x, h - 1 - y};  // right, top
    case 7:
      return {w - 1 - x, h - 1 - y};  // right, bottom
    case 8:
      return {w - 1 - x, y};  // left, bottom
    default:
      return {y, x};  // top, left
  }
}

}  // namespace

std::string fixture(const std::string& name) {
  auto bytes = file_bytes(kFolder / name);
  INFO(name);
  REQUIRE_FALSE(bytes.empty());
  return bytes;
}

std::vector<std::string> fixture_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(kFolder)) {
    const auto name = fs::relative(entry.path(), kFolder);
    const auto extension = name.extension();
    const bool picture = extension != ".txt" && extension != ".icc" && extension != ".py" && extension != ".sh";
    if (entry.is_regular_file() && picture && *name.begin() != "broken") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Picture decoded(const std::string& bytes, const ReadOptions& options, std::vector<std::string>* warnings) {
  return decode_picture(bytes, "name.of.it", options, [&](const std::string& warning) {
    if (warnings != nullptr) warnings->push_back(warning);
  });
}

double difference(const at::Tensor& a, const at::Tensor& b) {
  REQUIRE(a.defined());
  REQUIRE(b.defined());
  REQUIRE((a.sizes() == b.sizes()));
  return 255 * a.sub(b).abs().max().item<double>();
}

double value_at(const at::Tensor& planes, int channel, int y, int x) {
  return 255 * planes[0][channel][y][x].item<double>();
}

at::Tensor turned_upright(const at::Tensor& stored, int orientation) {
  const auto h = static_cast<int>(stored.size(2)), w = static_cast<int>(stored.size(3));
  at::Tensor upright = (orientation < 5 ? stored : stored.transpose(2, 3)).clone().contiguous();
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      const auto [row, column] = upright_position(orientation, y, x, h, w);
      upright.select(2, row).select(2, column).copy_(stored.select(2, y).select(2, x));
    }
  }
  return upright;
}

}  // namespace styler::test
