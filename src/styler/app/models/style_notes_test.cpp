#include "styler/app/models/style_notes.hpp"

#include <string>
#include <vector>

#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/workbench.hpp"

namespace styler::app {
namespace {

Model model_of(size_t styles, const std::string& note) {
  Model model{{Generator(GeneratorWidth::Tiny, 1), {}}, {{"styles", note}}};
  for (size_t i = 1; i < styles; ++i) model.styles.more.push_back(model.styles.row(0));
  return model;
}

std::string pick_refusal(const std::string& word, const std::vector<StyleNote>& styles) {
  return support::message_of(ErrorCode::InvalidArgument, [&] { picked_style("--pick", word, styles, "m.styler"); });
}

}  // namespace

TEST_CASE("what is told of styles is read back, of one and of several", "[style_notes]") {
  const std::vector<StyleNote> two = {{"wave", {{"wave.jpg", "aa"}}}, {"mill", {{"a.png", "bb"}, {"b.png", "cc"}}}};
  const std::vector<StyleNote> read = style_notes(model_of(2, styles_note(two)));
  REQUIRE(read.size() == 2);
  CHECK(read[1].name == "mill");
  REQUIRE(read[1].paintings.size() == 2);
  CHECK(read[1].paintings[1].sha256 == "cc");
  CHECK(read[1].steps == 0);
  const std::vector<StyleNote> one = style_notes(model_of(1, styles_note({two.front()})));
  REQUIRE(one.size() == 1);
  CHECK(one.front().name == "wave");
  CHECK(one.front().paintings.front().file == "wave.jpg");
}

TEST_CASE("of a style that was added it is told how", "[style_notes]") {
  const std::vector<StyleNote> two = {{"wave", {{"wave.jpg", "aa"}}}, {"mill", {{"a.png", "bb"}}, "", 12, 8}};
  const std::vector<StyleNote> read = style_notes(model_of(2, styles_note(two)));
  CHECK(read[0].steps == 0);
  CHECK(read[1].steps == 12);
  CHECK(read[1].photos == 8);
  for (const char* steps : {"\"3\"", "-3", "2.5", "[]", "null"}) {
    const std::string note = R"([{}, {"name": "mill", "steps": )" + std::string(steps) + "}]";
    CHECK(style_notes(model_of(2, note))[1].steps == 0);
  }
}

TEST_CASE("each style has the thumbnail that was noted, or none", "[style_notes]") {
  Model model = model_of(2, "");
  CHECK(style_notes(model)[1].thumbnail.empty());
  model.notes["thumbnails"] = thumbnails_note({{"a", {}, "QUJD"}, {"b", {}, "REVG"}});
  CHECK(style_notes(model)[1].thumbnail == "REVG");
  model.notes["thumbnails"] = "[7]";
  CHECK(style_notes(model)[0].thumbnail.empty());
}

TEST_CASE("of styles that a foreign file tells nothing sensible of, the number is the name", "[style_notes]") {
  for (const char* note : {"", "7", "[1, {}]", R"([{"name": 3, "paintings": 5}])", R"({"name": "x"})", "[[[["}) {
    const std::vector<StyleNote> styles = style_notes(model_of(2, note));
    REQUIRE(styles.size() == 2);
    CHECK(styles[0].name == "1");
    CHECK(styles[1].name == "2");
    CHECK(styles[1].paintings.empty());
  }
}

TEST_CASE("a style is picked by name or number, and what is neither is refused with the names", "[style_notes]") {
  const std::vector<StyleNote> styles = {{"wave", {}}, {"mill", {}}, {"1", {}}};
  CHECK(picked_style("--pick", "mill", styles, "m.styler") == 1);
  CHECK(picked_style("--pick", "2", styles, "m.styler") == 1);
  CHECK(picked_style("--pick", "1", styles, "m.styler") == 2);  // a name comes before a number
  CHECK_THAT(pick_refusal("waze", styles), support::contains("'wave', 'mill', '1'"));
  CHECK_THAT(pick_refusal("waze", styles), support::contains("did you mean 'wave'?"));
  for (const char* word : {"0", "4", "-1", "", "1.5"}) CHECK_FALSE(pick_refusal(word, styles).empty());
}

}  // namespace styler::app
