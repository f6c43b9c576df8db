#include "styler/core/graph/picture_graph.hpp"

#include <ATen/ATen.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/base/file/protobuf.hpp"
#include "styler/core/generator/generator.hpp"
#include "styler/core/generator/onnx_model.hpp"
#include "styler/core/generator/paint.hpp"
#include "support/catch.hpp"
#include "support/tensors.hpp"
#include "support/workbench.hpp"

namespace styler {
namespace {

double most_difference(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<double>(); }

/// One of ours, of random numbers everywhere.
Generator exported_generator(uint64_t seed) {
  std::map<std::string, at::Tensor> tensors;
  const Generator fresh(GeneratorWidth::Tiny, 3);
  for (const auto& [name, tensor] : fresh.parameters()) {
    tensors[name] = tensor + 0.05 * support::noise(tensor.sizes(), at::kFloat, ++seed).cpu();
  }
  return {GeneratorWidth::Tiny, tensors};
}

/// A node as ONNX files have it. \param attributes  fields of onnx.proto's AttributeProto.
ProtobufMessage node(const std::string& operation, const std::vector<std::string>& inputs, const std::string& output,
                     const std::vector<ProtobufMessage>& attributes = {}) {
  ProtobufMessage message;
  for (const std::string& input : inputs) message.bytes(1, input);
  message.bytes(2, output).bytes(3, "the " + output).bytes(4, operation);
  for (const ProtobufMessage& attribute : attributes) message.message(5, attribute);
  return message;
}

ProtobufMessage numbers(const std::string& name, const std::vector<int64_t>& shape, const std::vector<float>& values) {
  ProtobufMessage message;
  for (const int64_t edge : shape) message.whole(1, edge);
  message.whole(2, 1);
  for (const float value : values) message.single(4, value);
  return message.bytes(8, name);
}

ProtobufMessage value(const std::string& name, const std::vector<int64_t>& shape) {
  ProtobufMessage edges;
  for (const int64_t edge : shape) edges.message(1, ProtobufMessage().whole(1, edge));
  const ProtobufMessage tensor = ProtobufMessage().whole(1, 1).message(2, edges);
  return ProtobufMessage().bytes(1, name).message(2, ProtobufMessage().message(1, tensor));
}

/// A file whose network makes `picture` of `photo`.
std::string file_of(const std::vector<ProtobufMessage>& nodes, const std::vector<ProtobufMessage>& constants = {},
                    const std::vector<int64_t>& photo = {1, 3, 0, 0}, const std::vector<ProtobufMessage>& more = {}) {
  ProtobufMessage graph;
  for (const ProtobufMessage& entry : nodes) graph.message(1, entry);
  for (const ProtobufMessage& entry : constants) graph.message(5, entry);
  graph.message(11, value("photo", photo));
  for (const ProtobufMessage& entry : more) graph.message(11, entry);
  graph.message(12, value("picture", photo));
  return ProtobufMessage().whole(1, 7).message(7, graph).message(8, ProtobufMessage().bytes(1, "").whole(2, 13)).text();
}

std::string graph_refusal(const std::string& bytes) {
  return support::message_of(ErrorCode::InvalidArgument, [&] { const PictureGraph graph(bytes); });
}

}  // namespace

TEST_CASE("our own export paints as it is written, in one piece and in parts", "[graph][processor]") {
  const Generator ours = exported_generator(5);
  const Generator theirs(std::make_shared<PictureGraph>(onnx_model({ours, {}}, {})), at::zeros({0}));
  CHECK(theirs.form() == GeneratorForm::Onnx);
  CHECK(theirs.unit() == Generator::kUnit);
  CHECK(theirs.reach() <= Generator::kReach + 8);
  CHECK(theirs.reach() >= Generator::kReach - 8);
  const at::Tensor photo = support::picture({150, 212}, 2);
  const PaintOptions whole{.part_edge = 1024, .fast = false}, parts{.part_edge = 64};
  const at::Tensor expected = paint(ours, photo, whole);
  CHECK(most_difference(paint(theirs, photo, whole), expected) < 1e-5);
  CHECK(most_difference(paint(theirs, photo, parts), expected) < 1e-5);
  CHECK(most_difference(expected, photo) > 0.01);
}

TEST_CASE("of several styles the shares go in as numbers", "[graph][processor]") {
  StyledGenerator ours{exported_generator(5), {}};
  ours.more.push_back(style_row(exported_generator(60)));
  const auto graph = std::make_shared<const PictureGraph>(onnx_model(ours, {}));
  REQUIRE(graph->style_numbers() == 2);
  CHECK(graph->knows_its_styles());
  const StyledGenerator theirs{Generator(graph, at::tensor({1.0F, 0.0F})), {at::tensor({0.0F, 1.0F})}};
  const at::Tensor photo = support::picture({48, 64}, 3);
  for (const std::vector<double>& shares : {std::vector<double>{1, 0}, {0, 1}, {0.5, 0.5}}) {
    CHECK(most_difference(theirs.painter(shares).run(photo), ours.painter(shares).run(photo)) < 1e-5);
  }
}

TEST_CASE("what this program exported comes back as it was", "[graph][processor]") {
  StyledGenerator ours{exported_generator(5), {}};
  ours.more.push_back(style_row(exported_generator(60)));
  const auto back = generator_in_onnx_model(onnx_model(ours, {{"styles", "two"}}));
  REQUIRE(back.has_value());
  CHECK(back->count() == 2);
  CHECK(back->generator.form() == GeneratorForm::Styler);
  CHECK(at::equal(back->row(1), ours.row(1)));
  CHECK(onnx_model(*back, {}) == onnx_model(ours, {}));
  CHECK_FALSE(generator_in_onnx_model(file_of({node("Sigmoid", {"photo"}, "picture")})).has_value());
}

TEST_CASE("what the numbers of a picture mean is told by its last operator", "[graph][processor]") {
  const at::Tensor photo = support::picture({32, 40}, 3);
  const at::Tensor style = at::zeros({0});
  const PictureGraph same(file_of({node("Identity", {"photo"}, "same"), node("Relu", {"same"}, "picture")}));
  CHECK(most_difference(same.run(photo, style, {}), photo) < 1e-6);
  const PictureGraph logistic(file_of({node("Sigmoid", {"photo"}, "picture")}));
  CHECK(most_difference(logistic.run(photo, style, {}), photo.sigmoid()) < 1e-6);
  const PictureGraph tangent(file_of({node("Tanh", {"photo"}, "picture")}));
  CHECK(most_difference(tangent.run(photo, style, {}), ((photo * 2 - 1).tanh() + 1) / 2) < 1e-6);
  const PictureGraph brighter(file_of({node("Add", {"photo", "more"}, "picture")}, {numbers("more", {}, {51})}));
  CHECK(most_difference(brighter.run(photo, style, {}), (photo + 0.2).clamp(0, 1)) < 1e-6);
}

TEST_CASE("a network whose channels lie last is fed so", "[graph][processor]") {
  ProtobufMessage order = ProtobufMessage().bytes(1, "perm"), back = ProtobufMessage().bytes(1, "perm");
  for (const int64_t axis : {0, 3, 1, 2}) order.whole(8, axis);
  for (const int64_t axis : {0, 2, 3, 1}) back.whole(8, axis);
  const std::vector<int64_t> last = {1, 384, 384, 3};
  const PictureGraph graph(file_of({node("Transpose", {"photo"}, "first", {order}), node("Sigmoid", {"first"}, "soft"),
                                    node("Transpose", {"soft"}, "picture", {back})},
                                   {}, last));
  const at::Tensor photo = support::picture({32, 40}, 3);
  CHECK(most_difference(graph.run(photo, at::zeros({0}), {}), photo.sigmoid()) < 1e-6);
}

TEST_CASE("what is not understood is refused by operator and place", "[graph][processor]") {
  const std::vector<float> many(27, 1.0F);
  const auto conv = [&](const std::vector<ProtobufMessage>& attributes) {
    return file_of({node("Relu", {"photo"}, "first"), node("Conv", {"first", "kernel"}, "picture", attributes)},
                   {numbers("kernel", {3, 3, 1, 3}, many)});
  };
  const auto contains = [](const std::string& words) { return support::contains(words); };
  CHECK_THAT(graph_refusal(file_of({node("Relu", {"photo"}, "first"), node("Erf", {"first"}, "picture")})),
             contains("node 2, 'the picture' (Erf) is an operator that is not understood"));
  CHECK_THAT(graph_refusal(conv({ProtobufMessage().bytes(1, "sharpness").whole(3, 1)})),
             contains("node 2, 'the picture' (Conv) is told 'sharpness', which is not understood"));
  CHECK_THAT(graph_refusal(conv({ProtobufMessage().bytes(1, "pads").whole(8, -1).whole(8, 0).whole(8, 0).whole(8, 0)})),
             contains("(Conv) can't be computed: its pads are [-1, 0, 0, 0]"));
  CHECK_THAT(graph_refusal(conv({})), contains("its picture of a photo of [1, 3, 32, 48] is [1, 3, 32, 46]"));
  CHECK_THAT(graph_refusal(file_of({node("Relu", {"other"}, "picture")})),
             contains("node 1, 'the picture' (Relu) needs 'other', which nothing before it gives"));
  CHECK_THAT(graph_refusal(file_of({node("Relu", {"photo"}, "photo")})), contains("is given already"));
  CHECK_THAT(graph_refusal(file_of({node("Relu", {"photo"}, "first")})), contains("nothing gives its output"));
  CHECK_THAT(graph_refusal(file_of({node("Sigmoid", {"photo"}, "picture")}, {}, {1, 1, 0, 0})),
             contains("but must have from 1"));
  CHECK_THAT(graph_refusal(file_of({node("Sigmoid", {"photo"}, "picture").bytes(7, "com.example")})),
             contains("operator of 'com.example'"));
  CHECK_THAT(graph_refusal(""), contains("it has no network"));
}

TEST_CASE("no file makes a run larger than a network's", "[graph][processor]") {
  std::vector<ProtobufMessage> nodes = {node("ConstantOfShape", {"size"}, "huge"),
                                        node("Add", {"photo", "huge"}, "picture")};
  ProtobufMessage size = ProtobufMessage().whole(1, 3).whole(2, 7);
  for (int i = 0; i < 3; ++i) size.whole(7, int64_t{1} << 20);
  CHECK_THAT(graph_refusal(file_of(nodes, {size.bytes(8, "size")})), support::contains("more than any network"));
  nodes = {node("Add", {"photo", "photo"}, "n0")};
  ProtobufMessage scales = numbers("twice", {4}, {1, 1, 2, 2});
  for (int i = 0; i < 20; ++i) {
    const ProtobufMessage mode = ProtobufMessage().bytes(1, "coordinate_transformation_mode").bytes(4, "half_pixel");
    nodes.push_back(node("Resize", {"n" + std::to_string(i), "", "twice"}, "n" + std::to_string(i + 1), {mode}));
  }
  nodes.push_back(node("Relu", {"n20"}, "picture"));
  CHECK_THAT(graph_refusal(file_of(nodes, {scales})),
             support::contains("numbers than any network") && support::contains("(Resize)"));
  const std::vector<int64_t> lying = {int64_t{1} << 40, int64_t{1} << 40};
  CHECK_THAT(graph_refusal(file_of({node("Relu", {"photo"}, "picture")}, {numbers("x", lying, {1})})),
             support::contains("more than a file holds"));
  CHECK_THAT(graph_refusal(file_of({node("Relu", {"photo"}, "picture")}, {numbers("x", {4}, {1})})),
             support::contains("'x' is [4] but has 1 numbers"));
}

}  // namespace styler
