#include "styler/weights/johnson_model.hpp"

#include <ATen/ATen.h>

#include <string>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/foreign_tensors.hpp"
#include "support/tensors.hpp"
#include "support/workbench.hpp"

namespace styler {
namespace {

using Named = std::vector<std::pair<std::string, at::Tensor>>;

/// A state dict of random numbers, with biases everywhere and averages as the older releases have them.
Named state_dict(int64_t width) {
  Named tensors;
  uint64_t seed = 1;
  const auto random = [&](std::vector<int64_t> shape, double scale) {
    return (support::noise(shape, at::kDouble, ++seed) * scale).to(at::kCPU, at::kFloat);
  };
  const auto add = [&](const std::string& convolution, const std::string& norm, int64_t in, int64_t out, int64_t edge) {
    tensors.emplace_back(convolution + ".conv2d.weight", random({out, in, edge, edge}, 0.2));
    tensors.emplace_back(convolution + ".conv2d.bias", random({out}, 1));
    if (norm.empty()) return;
    tensors.emplace_back(norm + ".weight", random({out}, 0.5) + 1);
    tensors.emplace_back(norm + ".bias", random({out}, 0.5));
    tensors.emplace_back(norm + ".running_mean", random({out}, 1));
    tensors.emplace_back(norm + ".running_var", random({out}, 1));
  };
  add("conv1", "in1", 3, width, 9);
  add("conv2", "in2", width, 2 * width, 3);
  add("conv3", "in3", 2 * width, 4 * width, 3);
  for (const char* block : {"res1.", "res2.", "res3.", "res4.", "res5."}) {
    add(std::string(block) + "conv1", std::string(block) + "in1", 4 * width, 4 * width, 3);
    add(std::string(block) + "conv2", std::string(block) + "in2", 4 * width, 4 * width, 3);
  }
  add("deconv1", "in4", 4 * width, 2 * width, 3);
  add("deconv2", "in5", 2 * width, width, 3);
  add("deconv3", "", width, 3, 9);
  return tensors;
}

/// The network as its authors compute it: on values up to 255, with every bias.
at::Tensor run_theirs(const Named& tensors, const at::Tensor& photo) {
  const auto tensor = [&](const std::string& name) {
    for (const auto& [word, value] : tensors) {
      if (word == name) return value;
    }
    return at::Tensor();
  };
  const auto convolved = [&](const at::Tensor& x, const std::string& name, int64_t stride) {
    const at::Tensor weight = tensor(name + ".conv2d.weight");
    const int64_t margin = weight.size(2) / 2;
    return at::conv2d(at::reflection_pad2d(x, {margin, margin, margin, margin}), weight, tensor(name + ".conv2d.bias"),
                      stride);
  };
  const auto normed = [&](const at::Tensor& x, const std::string& name) {
    return at::instance_norm(x, tensor(name + ".weight"), tensor(name + ".bias"), {}, {}, true, 0, 1e-5, false);
  };
  const auto enlarged = [](const at::Tensor& x) { return at::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)}); };
  at::Tensor x = at::relu(normed(convolved(photo * 255, "conv1", 1), "in1"));
  x = at::relu(normed(convolved(x, "conv2", 2), "in2"));
  x = at::relu(normed(convolved(x, "conv3", 2), "in3"));
  for (const std::string block : {"res1.", "res2.", "res3.", "res4.", "res5."}) {
    const at::Tensor inner = at::relu(normed(convolved(x, block + "conv1", 1), block + "in1"));
    x = x + normed(convolved(inner, block + "conv2", 1), block + "in2");
  }
  x = at::relu(normed(convolved(enlarged(x), "deconv1", 1), "in4"));
  x = at::relu(normed(convolved(enlarged(x), "deconv2", 1), "in5"));
  return (convolved(x, "deconv3", 1) / 255).clamp(0, 1);
}

std::string johnson_refusal(const Named& tensors) {
  return support::message_of(ErrorCode::Weights, [&] { johnson_generator(support::foreign(tensors), "x.pth"); });
}

}  // namespace

TEST_CASE("a generator of pytorch/examples paints here as it does there", "[johnson_model][processor]") {
  Named tensors = state_dict(8);
  for (auto& [name, tensor] : tensors) {
    if (name.starts_with("deconv3")) tensor = tensor * 60;  // so that colours come out, some of them cut off
  }
  const at::Tensor photo = support::picture({24, 36}, 3);
  const at::Tensor expected = run_theirs(tensors, photo);
  CHECK(expected.std().item<double>() > 0.1);
  const Generator generator = johnson_generator(support::foreign(tensors), "x.pth");
  CHECK(generator.form() == GeneratorForm::Johnson);
  CHECK((generator.run(photo) - expected).abs().max().item<double>() < 2e-4);
}

TEST_CASE("what is no such generator is refused by the tensor that tells", "[johnson_model][processor]") {
  const Named whole = state_dict(8);
  const auto without = [&](const std::string& name) {
    Named tensors = whole;
    std::erase_if(tensors, [&](const auto& entry) { return entry.first == name; });
    return tensors;
  };
  CHECK_THAT(johnson_refusal(without("res3.in1.weight")),
             support::contains("x.pth") && support::contains("'res3.in1.weight'"));
  Named more = whole;
  more.emplace_back("decoder.weight", at::zeros({3}));
  CHECK_THAT(johnson_refusal(more), support::contains("'decoder.weight' is none of its tensors"));
  Named other = without("conv2.conv2d.weight");
  other.emplace_back("conv2.conv2d.weight", at::zeros({16, 8, 5, 5}));
  CHECK_THAT(johnson_refusal(other), support::contains("[16, 8, 5, 5]"));
  other.back().second = at::zeros({16, 8, 3, 3}, at::kLong);
  CHECK_THAT(johnson_refusal(other), support::contains("whole numbers"));
  CHECK_THAT(johnson_refusal(state_dict(7)),
             support::contains("'conv1.conv2d.weight' is [7, 3, 9, 9] but must have 8, 16 or 32 channels"));
}

}  // namespace styler
