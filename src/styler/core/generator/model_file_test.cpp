#include "styler/core/generator/model_file.hpp"

#include <ATen/ATen.h>

#include "styler/core/storage/state_file.hpp"
#include "support/catch.hpp"
#include "support/workbench.hpp"

namespace styler {

TEST_CASE("a model comes back as it was written, rounded to 16 bits", "[model_file]") {
  const support::TempFolder folder;
  const Model model{{Generator(GeneratorWidth::Tiny, 6), {}},
                    {{"style", "Über.png"}, {"generator", "a note's own name"}}};
  write_model(folder / "a.styler", model);
  const Model read = read_model(folder / "a.styler");
  CHECK(read.notes == model.notes);
  CHECK(read.styles.generator.width() == GeneratorWidth::Tiny);
  REQUIRE(read.styles.generator.parameters().size() == model.styles.generator.parameters().size());
  for (size_t i = 0; i < read.styles.generator.parameters().size(); ++i) {
    CHECK(read.styles.generator.parameters()[i].first == model.styles.generator.parameters()[i].first);
    const at::Tensor& written = model.styles.generator.parameters()[i].second;
    CHECK(at::equal(read.styles.generator.parameters()[i].second, written.to(at::kHalf).to(at::kFloat)));
  }
  write_model(folder / "b.styler", read);
  CHECK(support::read_bytes(folder / "a.styler") == support::read_bytes(folder / "b.styler"));
}

TEST_CASE("a model with a number that is too large for 16 bits comes back with it", "[model_file]") {
  const support::TempFolder folder;
  Model model{{Generator(GeneratorWidth::Tiny, 6), {}}, {}};
  model.styles.generator.parameters().front().second.detach().view(-1)[0] = 70000;
  model.styles.more.push_back(model.styles.row(0) + 1e5);
  model.styles.calm = calm_row(model.styles.generator) - 1e5;
  write_model(folder / "a.styler", model);
  const Model read = read_model(folder / "a.styler");
  const at::Tensor& written = model.styles.generator.parameters().front().second;
  CHECK(at::equal(read.styles.generator.parameters().front().second, written));
  CHECK(at::equal(read.styles.row(1), model.styles.row(1)));
  CHECK(at::equal(read.styles.calm, model.styles.calm));
}

TEST_CASE("a model's file tells of batch norm, with what was frozen to the bit", "[model_file]") {
  const support::TempFolder folder;
  Generator generator(GeneratorWidth::Tiny, 6, GeneratorNorm::Batch);
  for (const auto& [name, tensor] : generator.frozen()) tensor.add_(123456.789);
  write_model(folder / "a.styler", {{generator, {}}, {}});
  const Model read = read_model(folder / "a.styler");
  CHECK(read.styles.generator.norm() == GeneratorNorm::Batch);
  REQUIRE(read.styles.generator.frozen().size() == generator.frozen().size());
  for (size_t i = 0; i < generator.frozen().size(); ++i) {
    CHECK(read.styles.generator.frozen()[i].first == generator.frozen()[i].first);
    CHECK(at::equal(read.styles.generator.frozen()[i].second, generator.frozen()[i].second));
  }
}

TEST_CASE("a model of several styles comes back with a row for each, and is of a version of its own", "[model_file]") {
  const support::TempFolder folder;
  Model model{{Generator(GeneratorWidth::Tiny, 6), {}}, {}};
  write_model(folder / "one.styler", model);
  for (const double more : {0.25, 1.5}) model.styles.more.push_back(model.styles.row(0) + more);  // which 16 bits hold
  write_model(folder / "three.styler", model);
  model.styles.calm = calm_row(model.styles.generator);
  write_model(folder / "three.styler", model);
  const Model read = read_model(folder / "three.styler");
  REQUIRE(read.styles.count() == 3);
  CHECK(at::equal(read.styles.calm, model.styles.calm.to(at::kHalf).to(at::kFloat)));
  for (size_t i = 0; i < 3; ++i) {
    CHECK(at::equal(read.styles.row(i), model.styles.row(i).to(at::kHalf).to(at::kFloat)));
  }
  CHECK(support::read_bytes(folder / "one.styler").find(R"("version":"2")") != std::string::npos);
  CHECK(support::read_bytes(folder / "three.styler").find(R"("version":"3")") != std::string::npos);
}

TEST_CASE("a model that is no generator's is refused with its file and what is wrong", "[model_file]") {
  const support::TempFolder folder;
  constexpr StateFileKind kModel{
      .format = "styler model", .version = "2", .name = "model", .use = {}, .if_other_version = ""};
  const Generator generator(GeneratorWidth::Tiny, 6);
  NamedTensors tensors = generator.parameters();
  std::string width = "tiny", norm = "instance";
  std::string told;
  SECTION("wider than its tensors") {
    width = "small";
    told = "F32 [8, 3, 5, 5] but must be F32 [16, 3, 5, 5]";
  }
  SECTION("of an unknown width") {
    width = "enormous";
    told = "a width that this program doesn't know";
  }
  SECTION("of an unknown norm") {
    norm = "layer";
    told = "a norm that this program doesn't know";
  }
  SECTION("with another norm than its tensors are for") {
    norm = "batch";
    told = "there is no tensor 'first.mean'";
  }
  SECTION("with a style of another generator") {
    tensors.emplace_back("more_styles", at::ones({1, 3}));
    told = "'more_styles' is [1, 3] but must be rows of";
  }
  SECTION("with a calm row of another generator") {
    tensors.emplace_back("calm", at::ones({7}));
    told = "'calm' is [7] but must be rows of";
  }
  SECTION("with a style whose numbers are none") {
    tensors.emplace_back("more_styles", at::full({1, style_row(generator).numel()}, NAN));
    told = "'more_styles' holds a number that is not finite";
  }
  SECTION("with a number that is none") {
    tensors.back().second = at::full({3}, INFINITY);
    told = "'photo.scale' holds a number that is not finite";
  }
  write_state_file(folder / "x.styler", kModel, tensors, {{"generator", width}, {"norm", norm}});
  const std::string message = support::message_of(ErrorCode::Input, [&] { read_model(folder / "x.styler"); });
  CHECK(message.find(told) != std::string::npos);
  CHECK(message.find("x.styler") != std::string::npos);
}

}  // namespace styler
