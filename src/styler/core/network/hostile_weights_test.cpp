#include <cstdint>
#include <cstring>
#include <string>

#include "styler/core/network/network_file.hpp"
#include "support/catch.hpp"
#include "support/json_mutator.hpp"

using namespace styler;
using namespace support;

// Weights whose header can be read, and says something else than it should.

namespace {

const NetworkForm kForm{"tiny", "Tiny", "get it", {{"a", at::kFloat, {2, 3}}, {"b", at::kFloat, {4}}}};

std::string small_file(const TempFolder& folder) {
  save_network(kForm,
               {.tensors = {{"a", counted({2, 3})}, {"b", counted({4})}},
                .convention = InputConvention::caffe(),
                .origin = {"nowhere", "none", std::string(64, 'a'), std::string(64, 'b')}},
               folder / "whole");
  return read_bytes(folder / "whole");
}

}  // namespace

TEST_CASE("weights with changed values in their header are read or refused, and nothing else",
          "[hostile_weights][processor]") {
  const TempFolder folder;
  const std::string whole = small_file(folder);
  uint64_t length = 0;
  std::memcpy(&length, whole.data(), sizeof length);
  const auto header = nlohmann::ordered_json::parse(whole.substr(sizeof length, length));
  const std::string numbers = whole.substr(sizeof length + length);
  Dice dice(/*seed=*/3);
  JsonMutator mutator(dice);
  int refused = 0;
  const int count = mutation_count(500);
  for (int i = 0; i < count; ++i) {
    INFO("mutation " << i);
    const std::string text = mutator.mutated(header).dump();
    const uint64_t text_bytes = text.size();
    std::string bytes(sizeof text_bytes, '\0');
    std::memcpy(bytes.data(), &text_bytes, sizeof text_bytes);
    write_bytes(folder / "x", bytes + text + numbers);
    try {
      const NetworkWeights weights = load_network(kForm, folder / "x");
      CHECK(weights.tensors.size() == 2);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::Weights);
      CHECK(std::string(error.what()).find('\x1b') == std::string::npos);
      ++refused;
    }
  }
  CHECK(refused > count / 2);
}
