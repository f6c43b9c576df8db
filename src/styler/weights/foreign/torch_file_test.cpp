#include "styler/weights/foreign/torch_file.hpp"

#include "support/catch.hpp"
#include "support/workbench.hpp"

using namespace styler;
using namespace support;

TEST_CASE("a state dict is read alike from PyTorch's old and new form", "[weights][unit]") {
  const std::string name = GENERATE(as<std::string>(), "small_legacy.pth", "small_zip.pth");
  const ForeignTensors tensors = list_foreign_tensors(data_file(name));
  CHECK(tensors.size() == 10);
  const auto read = [&](const std::string& key) { return tensors.at(key).read(); };
  CHECK(read("0.weight").equal(counted({3, 2, 3, 3})));
  CHECK(read("0.bias").equal(counted({3}, 100)));
  CHECK(read("first_half").equal(counted({4})));
  CHECK(read("second_half").equal(counted({4}, 4)));
  CHECK(read("last").equal(counted({1, 2, 2, 2})));
  CHECK(read("half").equal(counted({3}).to(at::kHalf)));
  CHECK(read("brain").equal(counted({3}).to(at::kBFloat16)));
  CHECK(read("double").equal(counted({3}).to(at::kDouble)));
  CHECK(read("count").item<int64_t>() == 7);
  CHECK(read("parameter").equal(counted({2, 2})));
}

TEST_CASE("the opcodes of 2017 and Python 2 are read", "[weights][unit]") {
  const ForeignTensors tensors = list_foreign_tensors(data_file("old_legacy.pth"));
  CHECK(tensors.at("built").read().equal(counted({2, 2})));
  CHECK(tensors.at("parameter").read().equal(counted({3}, 1)));
}

TEST_CASE("a malicious .pth is refused by name and runs nothing", "[weights][unit]") {
  const std::string name = GENERATE(as<std::string>(), "malicious_legacy.pth", "malicious_zip.pth");
  const std::string message = message_of(ErrorCode::Weights, [&] { list_foreign_tensors(data_file(name)); });
  CHECK_THAT(message, contains("asks for 'posix.system'"));
  CHECK_FALSE(std::filesystem::exists("styler-was-here"));
}

TEST_CASE("a .pth truncated anywhere is refused at the latest when it is read", "[weights][unit]") {
  const std::string name = GENERATE(as<std::string>(), "small_legacy.pth", "small_zip.pth");
  const TempFolder folder;
  const std::string bytes = read_bytes(data_file(name));
  for (size_t length = 0; length < bytes.size(); length += 7) {
    write_bytes(folder / "x.pth", bytes.substr(0, length));
    message_of(ErrorCode::Weights, [&] {
      for (const auto& [key, tensor] : list_foreign_tensors(folder / "x.pth")) tensor.read();
    });
  }
}

TEST_CASE("a tensor that reaches beyond its storage is refused", "[weights][unit]") {
  const TempFolder folder;
  std::string bytes = read_bytes(data_file("old_legacy.pth"));
  const size_t shape = bytes.find("K\x02K\x02\x86");
  REQUIRE(shape != std::string::npos);
  bytes[shape + 1] = 3;  // 3×2 elements in a storage of 4
  write_bytes(folder / "x.pth", bytes);
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { list_foreign_tensors(folder / "x.pth"); }),
             contains("'built' of shape [3, 2] reaches beyond"));
}
