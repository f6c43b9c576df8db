#include "styler/weights/vgg_layout.hpp"

#include <ATen/ops/full.h>

#include <limits>

#include "support/catch.hpp"
#include "support/foreign_tensors.hpp"
#include "support/workbench.hpp"

using namespace styler;
using namespace support;

namespace {

/// Kernels and biases of our weights under other names, the kernels in TensorFlow's order.
ForeignTensors keras_tensors(const VggWeights& weights, const std::string& kernel, const std::string& bias) {
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  for (int i = 0; i < kVggConvolutions; ++i) {
    const std::string ours = vgg_convolution_name(i);
    const std::string keras = std::string("block") + ours[4] + "_conv" + ours[6];
    const auto& convolution = weights.convolutions[static_cast<size_t>(i)];
    const std::string stem = keras + "/" + keras;
    tensors.emplace_back(stem + kernel, convolution.kernel.permute({2, 3, 1, 0}));
    tensors.emplace_back(stem + bias, convolution.bias);
  }
  return foreign(tensors);
}

VggWeights weights_with_counted_first() {
  VggWeights weights = patterned_weights();
  weights.convolutions[0].kernel = counted({64, 3, 3, 3});
  return weights;
}

std::vector<VggWeights::Convolution> convolutions(const FoundNetwork& found) {
  return vgg_from({found.tensors, {}, {}}).convolutions;
}

}  // namespace

TEST_CASE("Keras' kernels are brought into our order, and its channels left alone", "[weights][unit]") {
  const VggWeights weights = weights_with_counted_first();
  for (const auto& [kernel, bias] : {std::pair("_W_1:0", "_b_1:0"), std::pair("/kernel:0", "/bias:0")}) {
    const FoundNetwork found = find_vgg(keras_tensors(weights, kernel, bias), "x.h5");
    CHECK(same_numbers(convolutions(found), weights.convolutions));
    CHECK(found.tensors[0].second.is_contiguous());
    CHECK(found.convention == "caffe");
  }
}

TEST_CASE("torchvision's names are found, with or without the classifier, in any precision", "[weights][unit]") {
  const VggWeights weights = weights_with_counted_first();
  auto tensors = torchvision_tensors(weights);
  tensors[0].second = tensors[0].second.to(at::kDouble);
  ForeignTensors listed = foreign(tensors);
  listed["classifier.0.weight"] = {{4096, 25088}, []() -> at::Tensor { throw Bug("the classifier must not be read"); }};
  const FoundNetwork found = find_vgg(listed, "x.pth");
  CHECK(same_numbers(convolutions(found), weights.convolutions));
  CHECK(found.convention.empty());

  listed["classifier.1.weight"] = listed["classifier.0.weight"];
  CHECK(find_vgg(listed, "x.pth").convention == "caffe");
}

TEST_CASE("another network's first wrong tensor is named", "[weights][unit]") {
  const VggWeights weights = patterned_weights();
  const auto refusal = [](const ForeignTensors& tensors) {
    return message_of(ErrorCode::Weights, [&] { find_vgg(tensors, "x.pth"); });
  };
  ForeignTensors tensors = foreign(torchvision_tensors(weights));
  CHECK_THAT(refusal({}), contains("it has no tensors"));
  CHECK_THAT(refusal(foreign({{"layer1.conv", counted({1})}})), contains("its first tensor is 'layer1.conv'"));

  ForeignTensors vgg16 = tensors;
  for (const auto& [from, to] : {std::pair("16", "17"), std::pair("19", "20")}) {
    vgg16["features." + std::string(to) + ".weight"] = vgg16["features." + std::string(from) + ".weight"];
    vgg16.erase("features." + std::string(from) + ".weight");
  }
  CHECK_THAT(refusal(vgg16), contains("'features.16.weight' is missing"));

  ForeignTensors narrow = tensors;
  narrow["features.5.weight"].shape = {64, 64, 3, 3};
  CHECK_THAT(refusal(narrow), contains("'features.5.weight' has shape [64, 64, 3, 3] instead of [128, 64, 3, 3]"));

  ForeignTensors whole = tensors;
  whole["features.0.bias"].read = [] { return counted({64}).to(at::kLong); };
  CHECK_THAT(refusal(whole), contains("'features.0.bias' holds whole numbers"));

  ForeignTensors poisoned = tensors;
  poisoned["features.2.bias"].read = [] {
    return at::full({64}, std::numeric_limits<float>::quiet_NaN(), at::TensorOptions(at::kFloat));
  };
  CHECK_THAT(refusal(poisoned), contains("conv1_2 holds numbers that are not finite"));
}
