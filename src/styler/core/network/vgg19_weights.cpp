#include "styler/core/network/vgg19_weights.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "styler/base/atomic_file.hpp"
#include "styler/base/error.hpp"
#include "styler/core/storage/safetensors.hpp"

namespace styler {
namespace {

struct Block {
  int convolutions;
  int64_t channels;
};
/// Configuration E of Simonyan & Zisserman (2014), table 1.
constexpr std::array<Block, 5> kBlocks{{{2, 64}, {2, 128}, {4, 256}, {4, 512}, {4, 512}}};

/// Which block convolution `index` is in, and which it is there (both from 0).
std::pair<size_t, int> block_and_place(int index) {
  STYLER_ASSERT(index >= 0 && index < kVggConvolutions);
  size_t block = 0;
  while (index >= kBlocks[block].convolutions) index -= kBlocks[block++].convolutions;
  return {block, index};
}

/// Numbers as text that reads back to the same bits, separated by spaces.
template <size_t Count>
std::string text_of(const std::array<double, Count>& numbers) {
  std::string text;
  for (const double number : numbers) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    if (!text.empty()) text += ' ';
    text.append(digits.data(), end);
  }
  return text;
}

template <size_t Count>
std::optional<std::array<double, Count>> numbers_of(std::string_view text) {
  std::array<double, Count> numbers{};
  const char* position = text.data();
  const char* const end = text.data() + text.size();
  for (double& number : numbers) {
    while (position != end && *position == ' ') ++position;
    const auto [after, problem] = std::from_chars(position, end, number);
    if (problem != std::errc() || !std::isfinite(number)) return std::nullopt;
    position = after;
  }
  return position == end ? std::optional(numbers) : std::nullopt;
}

/// The metadata of a file of ours.
class Metadata {
 public:
  Metadata(const std::map<std::string, std::string>& values, const std::filesystem::path& file)
      : values_(values), file_(file) {}

  const std::string& text(const std::string& key) const {
    const auto found = values_.find(key);
    if (found == values_.end()) unusable("lacks the entry '" + key + "'");
    return found->second;
  }

  template <size_t Count>
  std::array<double, Count> numbers(const std::string& key) const {
    const auto values = numbers_of<Count>(text(key));
    if (!values)
      unusable("has " + quoted_name(text(key)) + " as '" + key + "', which is not " +
               (Count == 1 ? "a number" : std::to_string(Count) + " numbers"));
    return *values;
  }

  [[noreturn]] void unusable(const std::string& what) const {
    throw Error(ErrorCode::Weights, "the metadata of " + file_.string() + " are not what styler writes: it " + what +
                                        "; turn the file into ours with `styler weights import`");
  }

 private:
  const std::map<std::string, std::string>& values_;
  const std::filesystem::path& file_;
};

InputConvention convention_in(const Metadata& metadata) {
  InputConvention convention;
  const std::string& channels = metadata.text("channels");
  if (channels != "rgb" && channels != "bgr") metadata.unusable("has channels that are neither 'rgb' nor 'bgr'");
  convention.bgr = channels == "bgr";
  convention.scale = metadata.numbers<1>("scale")[0];
  convention.mean = metadata.numbers<3>("mean");
  convention.stddev = metadata.numbers<3>("stddev");
  if (convention.scale <= 0) metadata.unusable("has a scale that is not above 0");
  for (const double value : convention.stddev) {
    if (value <= 0) metadata.unusable("has a standard deviation that is not above 0");
  }
  return convention;
}

/// Takes one tensor out of the file, checked.
at::Tensor take(std::map<std::string, at::Tensor>& tensors, const std::string& name, at::IntArrayRef shape,
                const std::filesystem::path& file) {
  const auto other = [&](const std::string& what) -> Error {
    return {ErrorCode::Weights, file.string() + " is not VGG19: tensor '" + name + "' " + what +
                                    "; get VGG19 with `styler weights install`"};
  };
  const auto found = tensors.find(name);
  if (found == tensors.end()) throw other("is missing");
  at::Tensor tensor = found->second;
  tensors.erase(found);
  if (tensor.sizes() != shape) {
    throw other("has shape " + shape_text(tensor.sizes()) + " instead of " + shape_text(shape));
  }
  if (tensor.scalar_type() != at::kFloat) throw other("is not of type F32");
  return tensor;
}

}  // namespace

InputConvention InputConvention::caffe() {
  // The mean colour of ImageNet's training pictures, as the authors published it with their networks.
  return {.bgr = true, .scale = 255.0, .mean = {123.68, 116.779, 103.939}, .stddev = {1.0, 1.0, 1.0}};
}

InputConvention InputConvention::torchvision() {
  return {.bgr = false, .scale = 1.0, .mean = {0.485, 0.456, 0.406}, .stddev = {0.229, 0.224, 0.225}};
}

ChannelCount vgg_channels(int index) {
  const auto [block, place] = block_and_place(index);
  const int64_t out = kBlocks[block].channels;
  if (place > 0) return {out, out};
  return {block == 0 ? 3 : kBlocks[block - 1].channels, out};
}

std::string vgg_convolution_name(int index) {
  const auto [block, place] = block_and_place(index);
  return "conv" + std::to_string(block + 1) + "_" + std::to_string(place + 1);
}

VggWeights load_weights(const std::filesystem::path& file) {
  SafetensorsFile content = read_safetensors(file);
  VggWeights weights;
  for (int i = 0; i < kVggConvolutions; ++i) {
    const auto [in, out] = vgg_channels(i);
    const std::string name = vgg_convolution_name(i);
    at::Tensor kernel = take(content.tensors, name + ".weight", {out, in, 3, 3}, file);
    at::Tensor bias = take(content.tensors, name + ".bias", {out}, file);
    weights.convolutions.push_back({std::move(kernel), std::move(bias)});
  }
  if (!content.tensors.empty()) {
    throw Error(ErrorCode::Weights, file.string() + " is not VGG19 alone: it also holds tensor " +
                                        quoted_name(content.tensors.begin()->first) +
                                        "; turn it into ours with `styler weights import`");
  }
  const Metadata metadata(content.metadata, file);
  weights.convention = convention_in(metadata);
  weights.origin = {metadata.text("source"), metadata.text("licence"), metadata.text("origin_sha256")};
  return weights;
}

void save_weights(const VggWeights& weights, const std::filesystem::path& file) {
  STYLER_ASSERT(weights.convolutions.size() == kVggConvolutions);
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  for (int i = 0; i < kVggConvolutions; ++i) {
    const auto& [kernel, bias] = weights.convolutions[static_cast<size_t>(i)];
    const auto [in, out] = vgg_channels(i);
    STYLER_ASSERT(kernel.scalar_type() == at::kFloat && kernel.sizes() == at::IntArrayRef({out, in, 3, 3}));
    STYLER_ASSERT(bias.scalar_type() == at::kFloat && bias.sizes() == at::IntArrayRef({out}));
    tensors.emplace_back(vgg_convolution_name(i) + ".weight", kernel);
    tensors.emplace_back(vgg_convolution_name(i) + ".bias", bias);
  }
  const InputConvention& convention = weights.convention;
  const std::map<std::string, std::string> metadata{
      {"channels", convention.bgr ? "bgr" : "rgb"},
      {"licence", weights.origin.licence},
      {"mean", text_of(convention.mean)},
      {"network", "vgg19"},
      {"origin_sha256", weights.origin.sha256},
      {"scale", text_of(std::array{convention.scale})},
      {"source", weights.origin.source},
      {"stddev", text_of(convention.stddev)},
  };
  write_file_atomically(file, safetensors_bytes(tensors, metadata));
}

}  // namespace styler
