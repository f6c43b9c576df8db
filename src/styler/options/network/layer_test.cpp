#include "styler/options/network/layer.hpp"

#include "styler/base/error.hpp"
#include "support/catch.hpp"

using styler::Error;
using styler::halo_for;
using styler::Layer;
using styler::smallest_edge_for;
using styler::WeightedLayer;

TEST_CASE("Layer names survive a round trip", "[layer]") {
  for (const char* name : {"conv1_1", "relu1_1", "relu2_2", "relu3_4", "relu4_2", "conv5_4", "pool1", "pool5"}) {
    CHECK(Layer::parse(name).name() == name);
  }
}

TEST_CASE("Layers are ordered as the network evaluates them", "[layer]") {
  const std::vector<const char*> order = {"conv1_1", "relu1_1", "conv1_2", "relu1_2", "pool1",
                                          "conv2_1", "relu3_4", "pool3",   "relu5_1", "pool5"};
  for (size_t i = 1; i < order.size(); ++i) CHECK(Layer::parse(order[i - 1]).depth() < Layer::parse(order[i]).depth());
}

TEST_CASE("A layer's stride doubles with each pooling", "[layer]") {
  CHECK(Layer::parse("relu1_2").stride() == 1);
  CHECK(Layer::parse("pool1").stride() == 2);
  CHECK(Layer::parse("relu5_1").stride() == 16);
  CHECK(Layer::parse("pool5").stride() == 32);
}

TEST_CASE("The smallest edge is the largest stride in use", "[layer]") {
  CHECK(smallest_edge_for({Layer::parse("relu1_1")}) == 1);
  CHECK(smallest_edge_for({Layer::parse("pool5"), Layer::parse("relu4_2")}) == 32);
}

TEST_CASE("A halo is what the convolutions so far reach, in whole strides", "[layer]") {
  CHECK(halo_for({Layer::parse("relu1_1")}) == 1);
  CHECK(halo_for({Layer::parse("pool1")}) == 2);
  CHECK(halo_for({Layer::parse("pool2"), Layer::parse("relu1_1")}) == 8);     // 2·1 + 2·2 = 6
  CHECK(halo_for({Layer::parse("relu1_1"), Layer::parse("relu5_1")}) == 80);  // 2·1 + 2·2 + 4·4 + 4·8 + 16 = 70
}

TEST_CASE("A layer that does not exist is refused with the nearest name", "[layer]") {
  CHECK_THROWS_WITH(Layer::parse("relu4-2"), support::contains("did you mean 'relu4_2'?"));
  for (const char* name : {"", "relu", "relu0_1", "relu1_3", "relu6_1", "pool6", "pool1_1", "conv5_5", "RELU1_1x"}) {
    CHECK_THROWS_AS(Layer::parse(name), Error);
  }
}

TEST_CASE("WeightedLayer reads an optional weight", "[layer]") {
  CHECK(WeightedLayer::parse("relu1_1").weight == 1.0);
  CHECK(WeightedLayer::parse("relu1_1:0.2").weight == 0.2);
  CHECK(WeightedLayer::parse("relu1_1:0.2").text() == "relu1_1:0.2");
  CHECK(WeightedLayer::parse("pool2").text() == "pool2");
  CHECK(WeightedLayer::parse(" pool2").text() == "pool2");
  for (const char* text : {"relu1_1:", "relu1_1:x", "relu1_1:-1", "relu1_1:nan", "relu1_1:inf", "relu1_1:1:2"}) {
    CHECK_THROWS_AS(WeightedLayer::parse(text), Error);
  }
}
