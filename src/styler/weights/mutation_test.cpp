#include <ATen/ATen.h>

#include "styler/core/generator/onnx_model.hpp"
#include "styler/weights/foreign/foreign_file.hpp"
#include "styler/weights/foreign/onnx_file.hpp"
#include "support/catch.hpp"
#include "support/workbench.hpp"

using namespace styler;
using namespace support;

namespace {

/// Changes a few bytes, cuts a piece out, doubles one, or cuts the end off.
std::string mutated(std::string bytes, Dice& dice) {
  switch (dice.roll(8)) {
    case 0:
      return bytes.substr(0, dice.roll(bytes.size()));
    case 1:
      return bytes.erase(dice.roll(bytes.size()), 1 + dice.roll(8));
    case 2: {
      const size_t from = dice.roll(bytes.size());
      return bytes.insert(dice.roll(bytes.size()), bytes.substr(from, 1 + dice.roll(16)));
    }
    default:
      break;
  }
  constexpr unsigned char kTelling[] = {0, 1, 0x7f, 0x80, 0xff};
  for (size_t changes = 1 + dice.roll(4); changes > 0; --changes) {
    char& byte = bytes[dice.roll(bytes.size())];
    byte = static_cast<char>(dice.roll(2) == 0 ? kTelling[dice.roll(std::size(kTelling))] : dice.roll(256));
  }
  return bytes;
}

/// Lists and reads everything; only an Error may come of it.
bool readable(const std::filesystem::path& file) {
  try {
    for (const auto& [name, tensor] : list_foreign_tensors(file)) {
      // A changed size may ask for gigabytes that a real reader would refuse by their shape before it reads.
      if (c10::multiply_integers(tensor.shape) < 1'000'000) tensor.read();
    }
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

TEST_CASE("a damaged file of any form is read or refused, and nothing else", "[weights][unit]") {
  const auto [name, usual] = GENERATE(table<std::string, int>({{"small.safetensors", 2000},
                                                               {"small_legacy.pth", 2000},
                                                               {"old_legacy.pth", 2000},
                                                               {"small_zip.pth", 2000},
                                                               {"small.h5", 300}}));
  const TempFolder folder;
  const std::string bytes = read_bytes(data_file(name));
  Dice dice(/*seed=*/19);
  const int count = mutation_count(usual);
  int refused = 0;
  for (int i = 0; i < count; ++i) {
    write_bytes(folder / "x", mutated(bytes, dice));
    INFO(name << ", mutation " << i);
    if (!readable(folder / "x")) ++refused;
  }
  CHECK(refused > count / 10);
}

TEST_CASE("a damaged ONNX file is imported or refused, and nothing else", "[weights][mutation][unit]") {
  const TempFolder folder;
  StyledGenerator styles{Generator(GeneratorWidth::Tiny, 3), {}};
  styles.more.push_back(styles.row(0));
  const std::string whole = onnx_model(styles, {});
  // Where the network is told, before rows of thousands of weights.
  constexpr size_t kNodes = 6000;
  const at::Tensor grey = at::full({1, 3, 32, 32}, 0.5);
  Dice dice(/*seed=*/23);
  const int count = mutation_count(150);
  int refused = 0;
  for (int i = 0; i < count; ++i) {
    const size_t told = dice.roll(4) == 0 ? whole.size() : kNodes;
    write_bytes(folder / "x.onnx", mutated(whole.substr(0, told), dice) + whole.substr(told));
    INFO("mutation " << i);
    try {
      onnx_generator(folder / "x.onnx", {}).generator.run(grey);
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > count / 4);
}
