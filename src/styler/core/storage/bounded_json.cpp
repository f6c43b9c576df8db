#include "styler/core/storage/bounded_json.hpp"

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace styler {
namespace {

using json = nlohmann::ordered_json;

/// Follows a text without keeping anything of it, and stops where a bound is passed.
class WithinBounds : public nlohmann::json_sax<json> {
 public:
  bool start_object(size_t /*elements*/) override { return enter(); }
  bool start_array(size_t /*elements*/) override { return enter(); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool key(std::string& /*name*/) override { return ++members_.back() <= kMaxJsonMembers; }

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(int64_t /*number*/) override { return true; }
  bool number_unsigned(uint64_t /*number*/) override { return true; }
  bool number_float(double /*number*/, const std::string& /*text*/) override { return true; }
  bool string(std::string& /*text*/) override { return true; }
  bool binary(json::binary_t& /*bytes*/) override { return true; }
  bool parse_error(size_t /*position*/, const std::string& /*token*/, const json::exception& /*problem*/) override {
    return false;
  }

 private:
  bool enter() {
    members_.push_back(0);
    return members_.size() <= kMaxJsonDepth;
  }
  bool leave() {
    members_.pop_back();
    return true;
  }

  std::vector<size_t> members_;  ///< Of each object and array that is open.
};

}  // namespace

json bounded_json(std::string_view text) {
  WithinBounds bounds;
  if (text.size() > kMaxJsonBytes || !json::sax_parse(text, &bounds)) return json(json::value_t::discarded);
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

int64_t whole_number(const json& object, const char* name, int64_t least, int64_t most) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (found == object.end() || !found->is_number_integer()) throw std::out_of_range(name);
  if (found->is_number_unsigned() && found->get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) {
    throw std::out_of_range(name);
  }
  const auto number = found->get<int64_t>();
  if (number < least || number > most) throw std::out_of_range(name);
  return number;
}

double finite_number(const json& object, const char* name, double least) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (found == object.end() || !found->is_number()) throw std::out_of_range(name);
  const auto number = found->get<double>();
  if (!std::isfinite(number) || number < least) throw std::out_of_range(name);
  return number;
}

}  // namespace styler
