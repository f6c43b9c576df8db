#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "support/workbench.hpp"

namespace support {

/// Changes values of JSON where damage to its text would only make it none: what can be read, and is not what it should
/// be.
class JsonMutator {
 public:
  using json = nlohmann::ordered_json;

  explicit JsonMutator(Dice& dice) : dice_(dice) {}

  json mutated(json whole) {
    for (size_t changes = 1 + dice_.roll(2); changes > 0; --changes) {
      std::vector<json*> values;
      collect(whole, values);
      mutate(*values[dice_.roll(values.size())]);
    }
    return whole;
  }

 private:
  static void collect(json& value, std::vector<json*>& values) {
    values.push_back(&value);
    if (!value.is_structured()) return;
    for (json& part : value) collect(part, values);
  }

  json strange() {
    constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
    static const std::array<json, 22> kValues{json(),
                                              true,
                                              0,
                                              1,
                                              -1,
                                              2,
                                              99,
                                              0.5,
                                              -0.0,
                                              2147483648,
                                              -2147483649,
                                              kMost,
                                              std::numeric_limits<int64_t>::min(),
                                              std::numeric_limits<uint64_t>::max(),
                                              1e308,
                                              -1e308,
                                              1e-310,
                                              "",
                                              "\x1b[31m\n",
                                              json::array(),
                                              json::object(),
                                              json::array({1, "x", json::array()})};
    return kValues[dice_.roll(kValues.size())];
  }

  void mutate(json& value) {
    const bool has_parts = value.is_structured() && !value.empty();
    switch (has_parts ? dice_.roll(4) : 3) {
      case 0:
        value.erase(std::next(value.begin(), static_cast<int64_t>(dice_.roll(value.size()))));
        break;
      case 1:
        if (value.is_array()) value.push_back(value.front());
        break;
      case 2:
        if (value.is_object()) value["unknown"] = strange();
        break;
      default:
        value = strange();
    }
  }

  Dice& dice_;
};

}  // namespace support
