#include "styler/core/network/vgg19_weights.hpp"

#include <ATen/ops/empty.h>

#include <fstream>

#include "styler/core/storage/safetensors.hpp"
#include "support/catch.hpp"
#include "support/workbench.hpp"

using namespace styler;
using namespace support;

TEST_CASE("VGG19's convolutions are named and sized as in the paper", "[weights][unit][processor]") {
  CHECK(vgg_convolution_name(0) == "conv1_1");
  CHECK(vgg_convolution_name(3) == "conv2_2");
  CHECK(vgg_convolution_name(4) == "conv3_1");
  CHECK(vgg_convolution_name(15) == "conv5_4");
  CHECK(vgg_channels(0).in == 3);
  CHECK(vgg_channels(0).out == 64);
  CHECK(vgg_channels(4).in == 128);
  CHECK(vgg_channels(4).out == 256);
  CHECK(vgg_channels(15).in == 512);
  CHECK_THROWS_AS(vgg_channels(16), Bug);
  CHECK_THROWS_AS(vgg_convolution_name(-1), Bug);
}

TEST_CASE("weights come back with convention and origin, and write to the same bytes", "[weights][unit][processor]") {
  const TempFolder folder;
  VggWeights weights = patterned_weights();
  weights.convention = InputConvention::torchvision();
  save_weights(weights, folder / "first.safetensors");
  const VggWeights loaded = load_weights(folder / "first.safetensors");
  CHECK(same_numbers(loaded.convolutions, weights.convolutions));
  CHECK(loaded.convention == weights.convention);
  CHECK(loaded.origin.source == weights.origin.source);
  CHECK(loaded.origin.licence == weights.origin.licence);
  CHECK(loaded.origin.sha256 == weights.origin.sha256);

  save_weights(loaded, folder / "second.safetensors");
  CHECK(read_bytes(folder / "first.safetensors") == read_bytes(folder / "second.safetensors"));
  CHECK(folder.names() == std::vector<std::string>{"first.safetensors", "second.safetensors"});
}

TEST_CASE("another network is refused by its first wrong tensor", "[weights][unit][processor]") {
  const TempFolder folder;
  const auto refusal = [&](const std::vector<std::pair<std::string, at::Tensor>>& tensors) {
    write_bytes(folder / "x", safetensors_bytes(tensors, {}));
    return message_of(ErrorCode::Weights, [&] { load_weights(folder / "x"); });
  };
  const at::Tensor first = counted({64, 3, 3, 3});
  CHECK_THAT(refusal({}), contains("'conv1_1.weight' is missing"));
  CHECK_THAT(refusal({{"conv1_1.weight", counted({64, 3, 7, 7})}}),
             contains("'conv1_1.weight' has shape [64, 3, 7, 7] instead of [64, 3, 3, 3]"));
  CHECK_THAT(refusal({{"conv1_1.weight", first.to(at::kHalf)}}), contains("not of type F32"));
  CHECK_THAT(refusal({{"conv1_1.weight", first}}), contains("'conv1_1.bias' is missing"));
}

TEST_CASE("metadata that styler did not write are refused by their entry", "[weights][unit][processor]") {
  // The structure is checked before the metadata, so the network has to be all there, and is written once.
  const TempFolder folder;
  save_weights(patterned_weights(), folder / "x");
  const std::string header = read_bytes(folder / "x").substr(0, 4096);
  struct Change {
    std::string from, to, problem;
  };
  for (const auto& [from, to, problem] : {
           Change{R"("channels":"bgr")", R"("channels":"brg")", "neither 'rgb' nor 'bgr'"},
           Change{R"("channels":)", R"("channelz":)", "lacks the entry 'channels'"},
           Change{R"("scale":"255")", R"("scale":"-25")", "not above 0"},
           Change{R"("scale":"255")", R"("scale":"inf")", "'scale', which is not a number"},
           Change{R"("stddev":"1 1 1")", R"("stddev":"1 1  ")", "not 3 numbers"},
           Change{R"("stddev":"1 1 1")", R"("stddev":"1 0 1")", "not above 0"},
           Change{R"("mean":"123.68 116)", R"("mean":"123,68 116)", "not 3 numbers"},
       }) {
    std::string changed = header;
    changed.replace(changed.find(from), from.size(), to);
    std::fstream(folder / "x", std::ios::in | std::ios::out | std::ios::binary) << changed;
    CHECK_THAT(message_of(ErrorCode::Weights, [&] { load_weights(folder / "x"); }), contains(problem));
  }
}
