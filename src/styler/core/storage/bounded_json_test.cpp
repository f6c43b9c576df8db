#include "styler/core/storage/bounded_json.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "support/catch.hpp"

using namespace styler;

namespace {

std::string nested(int depth) {
  return std::string(static_cast<size_t>(depth), '[') + std::string(static_cast<size_t>(depth), ']');
}

std::string object_of(size_t members) {
  std::string text = "{";
  for (size_t i = 0; i < members; ++i) text += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":0";
  return text + "}";
}

bool refused(const std::string& text) { return bounded_json(text).is_discarded(); }

}  // namespace

TEST_CASE("JSON within the bounds is read, its members in their order", "[bounded_json][unit][processor]") {
  const auto value = bounded_json(R"({"b": [1, -2, 2.5, true, null], "a": {"é": "\u00e9"}})");
  CHECK(value.dump() == R"({"b":[1,-2,2.5,true,null],"a":{"é":"é"}})");
}

TEST_CASE("what is no JSON is refused without a word", "[bounded_json][unit][processor]") {
  for (const char* text : {"", "{", "{}{}", "[1,]", "{\"a\"}", "nul", "\"\xFF\""}) {
    INFO(text);
    CHECK(refused(text));
  }
}

TEST_CASE("JSON that nests too deep is refused, however deep", "[bounded_json][unit][processor]") {
  CHECK_FALSE(refused(nested(kMaxJsonDepth)));
  CHECK(refused(nested(kMaxJsonDepth + 1)));
  CHECK(refused(std::string(kMaxJsonBytes, '[')));
}

TEST_CASE("JSON with too many members or bytes is refused before it takes time", "[bounded_json][unit][processor]") {
  CHECK_FALSE(refused(object_of(kMaxJsonMembers)));
  CHECK(refused(object_of(kMaxJsonMembers + 1)));
  CHECK(refused("[" + object_of(3) + ",{\"a\":" + object_of(kMaxJsonMembers + 1) + "}]"));
  CHECK_FALSE(refused("\"" + std::string(kMaxJsonBytes - 2, 'x') + "\""));
  CHECK(refused("\"" + std::string(kMaxJsonBytes - 1, 'x') + "\""));
}

TEST_CASE("numbers out of JSON are those that were asked for, or none", "[bounded_json][unit][processor]") {
  const auto object = bounded_json(
      R"({"a": 7, "minus": -3, "float": 7.0, "wide": 1e308, "most": 18446744073709551615, "text": "7", "null": null})");
  CHECK(whole_number(object, "a", 0, 7) == 7);
  CHECK(whole_number(object, "minus", -3, 0) == -3);
  CHECK(finite_number(object, "a", 0) == 7);
  CHECK(finite_number(object, "wide", 0) == 1e308);
  CHECK_THROWS_AS(whole_number(object, "a", 0, 6), std::out_of_range);
  CHECK_THROWS_AS(whole_number(object, "a", 8, 9), std::out_of_range);
  for (const char* name : {"float", "wide", "most", "text", "null", "none"}) {
    CHECK_THROWS_AS(whole_number(object, name, INT64_MIN, INT64_MAX), std::out_of_range);
  }
  CHECK_THROWS_AS(finite_number(object, "minus", 0), std::out_of_range);
  CHECK_THROWS_AS(finite_number(object, "text", 0), std::out_of_range);
  CHECK_THROWS_AS(whole_number(bounded_json("[1]"), "a", 0, 9), std::out_of_range);
}
