#include "support/workbench.hpp"

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "support/catch.hpp"

namespace support {

std::filesystem::path data_file(const std::string& name) {
  return std::filesystem::path(STYLER_TEST_DATA) / "weights" / name;
}

std::string read_bytes(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  REQUIRE(stream);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
  // Overwriting would make some file systems wait for the disk each time.
  std::filesystem::remove(file);
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  REQUIRE(stream);
}

std::string message_of(styler::ErrorCode code, const std::function<void()>& action) {
  try {
    action();
  } catch (const styler::Error& error) {
    INFO(error.what());
    CHECK(error.code() == code);
    return error.what();
  }
  FAIL("nothing was thrown");
  return {};
}

at::Tensor counted(at::IntArrayRef shape, double first) {
  const int64_t count = c10::multiply_integers(shape);
  return at::arange(first, first + static_cast<double>(count), at::TensorOptions(at::kFloat)).reshape(shape);
}

size_t Dice::roll(size_t limit) {
  // SplitMix64: three lines, and no dependence on the standard library's version.
  uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return static_cast<size_t>((z ^ (z >> 31)) % limit);
}

int mutation_count(int usual) {
  const char* const asked = std::getenv("STYLER_MUTATIONS");
  return asked != nullptr ? std::stoi(asked) : usual;
}

styler::VggWeights patterned_weights() {
  styler::VggWeights weights;
  const at::TensorOptions options(at::kFloat);
  for (int i = 0; i < styler::kVggConvolutions; ++i) {
    const auto [in, out] = styler::vgg_channels(i);
    weights.convolutions.push_back({at::full({out, in, 3, 3}, i + 0.5, options), at::full({out}, -i - 0.25, options)});
  }
  weights.convention = styler::InputConvention::caffe();
  weights.origin = {"a \"test\"\\\n", "unknown", std::string(64, 'a')};
  return weights;
}

std::vector<std::pair<std::string, at::Tensor>> torchvision_tensors(const styler::VggWeights& weights) {
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  // As torchvision counts: each convolution is followed by a ReLU, and each block by a pooling.
  constexpr std::array positions{0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34};
  for (size_t i = 0; i < positions.size(); ++i) {
    const std::string name = "features." + std::to_string(positions[i]);
    tensors.emplace_back(name + ".weight", weights.convolutions[i].kernel);
    tensors.emplace_back(name + ".bias", weights.convolutions[i].bias);
  }
  return tensors;
}

bool same_numbers(const std::vector<styler::VggWeights::Convolution>& a,
                  const std::vector<styler::VggWeights::Convolution>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.kernel.equal(y.kernel) && x.bias.equal(y.bias); });
}

}  // namespace support
