#include "styler/core/storage/bounded_json.hpp"

#include <nlohmann/json.hpp>
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

TEST_CASE("JSON within the bounds is read, its members in their order", "[bounded_json][unit]") {
  const auto value = bounded_json(R"({"b": [1, -2, 2.5, true, null], "a": {"é": "\u00e9"}})");
  CHECK(value.dump() == R"({"b":[1,-2,2.5,true,null],"a":{"é":"é"}})");
}

TEST_CASE("what is no JSON is refused without a word", "[bounded_json][unit]") {
  for (const char* text : {"", "{", "{}{}", "[1,]", "{\"a\"}", "nul", "\"\xFF\""}) {
    INFO(text);
    CHECK(refused(text));
  }
}

TEST_CASE("JSON that nests too deep is refused, however deep", "[bounded_json][unit]") {
  CHECK_FALSE(refused(nested(kMaxJsonDepth)));
  CHECK(refused(nested(kMaxJsonDepth + 1)));
  CHECK(refused(std::string(kMaxJsonBytes, '[')));
}

TEST_CASE("JSON with too many members or bytes is refused before it takes time", "[bounded_json][unit]") {
  CHECK_FALSE(refused(object_of(kMaxJsonMembers)));
  CHECK(refused(object_of(kMaxJsonMembers + 1)));
  CHECK(refused("[" + object_of(3) + ",{\"a\":" + object_of(kMaxJsonMembers + 1) + "}]"));
  CHECK_FALSE(refused("\"" + std::string(kMaxJsonBytes - 2, 'x') + "\""));
  CHECK(refused("\"" + std::string(kMaxJsonBytes - 1, 'x') + "\""));
}
