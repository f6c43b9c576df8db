#include "styler/weights/johnson_model.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/storage/safetensors.hpp"

namespace styler {
namespace {

/// Of colours there, which are from 0 here to 1.
constexpr double kWhite = 255;

/// Our names and theirs, of a convolution and of the norm behind it.
struct ForeignLayer {
  std::string ours, convolution, norm;
};

std::vector<ForeignLayer> layers() {
  std::vector<ForeignLayer> result = {{"first", "conv1", "in1"}, {"down1", "conv2", "in2"}, {"down2", "conv3", "in3"}};
  for (int block = 1; block <= 5; ++block) {
    const std::string ours = "residual" + std::to_string(block) + ".", theirs = "res" + std::to_string(block) + ".";
    result.push_back({ours + "1", theirs + "conv1", theirs + "in1"});
    result.push_back({ours + "2", theirs + "conv2", theirs + "in2"});
  }
  result.push_back({"up1", "deconv1", "in4"});
  result.push_back({"up2", "deconv2", "in5"});
  return result;
}

std::optional<GeneratorWidth> width_of(int64_t channels) {
  for (const GeneratorWidth width : {GeneratorWidth::Tiny, GeneratorWidth::Small, GeneratorWidth::Large}) {
    if (full_size_channels(width) == channels) return width;
  }
  return std::nullopt;
}

/// The tensors of a file, each taken once.
class Taker {
 public:
  Taker(const ForeignTensors& tensors, const std::filesystem::path& file) : tensors_(tensors), file_(file) {}

  at::Tensor take(const std::string& name) {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) fail("it has no " + quoted_name(name));
    taken_.insert(name);
    const at::Tensor tensor = found->second.read();
    if (!tensor.is_floating_point()) fail(quoted_name(name) + " holds whole numbers");
    return tensor.to(at::kFloat);
  }

  /// Refuses what nobody took, but for averages and what a norm takes away.
  void check_rest() const {
    for (const auto& [name, tensor] : tensors_) {
      const std::string_view word = name;
      const bool is_idle = word.ends_with(".running_mean") || word.ends_with(".running_var") ||
                           word.ends_with(".num_batches_tracked") || word.ends_with(".conv2d.bias") ||
                           (word.starts_with("res") && word.ends_with(".in2.bias"));
      if (!is_idle && !taken_.contains(name)) fail(quoted_name(name) + " is none of its tensors");
    }
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::Weights, file_.string() + " is no generator of pytorch/examples' fast_neural_style: " +
                                        what + "; take another file, or export it from there as a state dict");
  }

 private:
  const ForeignTensors& tensors_;
  const std::filesystem::path& file_;
  std::set<std::string> taken_;
};

}  // namespace

Generator johnson_generator(const ForeignTensors& tensors, const std::filesystem::path& file) {
  Taker taker(tensors, file);
  std::map<std::string, at::Tensor> ours;
  for (const auto& [name, convolution, norm] : layers()) {
    ours[name + ".weight"] = taker.take(convolution + ".conv2d.weight");
    ours[name + ".scale"] = taker.take(norm + ".weight");
    // The shift of a block's second norm is taken away by the next norm, whatever it is.
    if (!name.ends_with(".2")) ours[name + ".shift"] = taker.take(norm + ".bias");
  }
  ours["first.weight"] = ours["first.weight"] * kWhite;
  ours["last.weight"] = taker.take("deconv3.conv2d.weight") / kWhite;
  ours["last.bias"] = taker.take("deconv3.conv2d.bias") / kWhite;
  ours["photo.scale"] = at::zeros({3}, at::kFloat);
  taker.check_rest();
  const at::Tensor& first = ours["first.weight"];
  const std::optional<GeneratorWidth> width = first.dim() == 4 ? width_of(first.size(0)) : std::nullopt;
  if (!width) {
    taker.fail("'conv1.conv2d.weight' is " + shape_text(first.sizes()) + " but must have 8, 16 or 32 channels first");
  }
  try {
    return {*width, ours, GeneratorNorm::Instance, GeneratorForm::Johnson};
  } catch (const Error& error) {
    taker.fail(error.what());
  }
}

}  // namespace styler
