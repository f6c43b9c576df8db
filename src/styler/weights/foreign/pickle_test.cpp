#include "styler/weights/foreign/pickle.hpp"

#include "support/catch.hpp"
#include "support/workbench.hpp"

using namespace styler;
using namespace support;
using namespace std::string_literals;

namespace {

using Kind = PickleValue::Kind;

Pickle parse(const std::string& bytes) { return read_pickle(bytes, "x.pth"); }

std::string refusal(const std::string& bytes) {
  return message_of(ErrorCode::Weights, [&] { parse(bytes); });
}

const std::string kStorage = "(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0kX\3\0\0\0cpuK\x08tQ"s;

}  // namespace

TEST_CASE("a pickle's plain values are read", "[weights][unit]") {
  const Pickle pickle = parse("\x80\2}(X\1\0\0\0aJ\xff\xff\xff\xffX\1\0\0\0b\x8a\2\x00\x80X\1\0\0\0c](NK\5eu.rest"s);
  REQUIRE(pickle.top().kind == Kind::Dict);
  const auto& items = pickle.top().items;
  REQUIRE(items.size() == 6);
  CHECK(pickle.at(items[0]).text == "a");
  CHECK(pickle.at(items[1]).integer == -1);
  CHECK(pickle.at(items[3]).integer == -32768);
  CHECK(pickle.at(items[5]).items.size() == 2);
  CHECK(pickle.bytes == 39);
}

TEST_CASE("a pickled tensor is read with its storage", "[weights][unit]") {
  const Pickle pickle = parse("\x80\2ctorch._utils\n_rebuild_tensor_v2\n("s + kStorage +
                              "K\2K\2K\3\x86K\3K\1\x86\x89"
                              "ccollections\nOrderedDict\n)RtR.");
  const PickleValue& tensor = pickle.top();
  REQUIRE(tensor.kind == Kind::Tensor);
  CHECK(tensor.integer == 2);
  CHECK(tensor.shape == std::vector<int64_t>{2, 3});
  CHECK(tensor.strides == std::vector<int64_t>{3, 1});
  CHECK(pickle.at(tensor.items[0]).text == "k");
  CHECK(pickle.at(tensor.items[0]).integer == 8);
}

TEST_CASE("a pickle that asks for more than tensors is refused by name", "[weights][unit]") {
  const auto [bytes, name] = GENERATE(table<std::string, std::string>({
      {"\x80\2cposix\nsystem\nX\2\0\0\0id\x85R."s, "'posix.system'"},
      {"\x80\4\x8c\5posix\x8c\6system\x93\x8c\2id\x85R."s, "'posix.system'"},
      {"\x80\2c__builtin__\neval\n."s, "'__builtin__.eval'"},
      {"\x80\2ctorch._utils\n_rebuild_tensor_v2x\n."s, "'torch._utils._rebuild_tensor_v2x'"},
      {"\x80\2c__torch__.net\nNet\n)\x81."s, "'__torch__.net.Net'"},
  }));
  CHECK_THAT(refusal(bytes), contains("asks for " + name));
}

TEST_CASE("a pickle that is not one is refused", "[weights][unit]") {
  const std::string bytes =
      GENERATE(as<std::string>(), ""s, "."s, "\x80\2"s, "\x80\7N."s, "\x80\2."s, "\x80\2h\0."s,
               "\x80\2j\xff\xff\xff\xff."s, "\x80\2Nr\xff\xff\xff\xff."s, "\x80\2t."s, "\x80\2Na."s, "\x80\2}Ns."s,
               "\x80\2}(Nu."s, "\x80\2}R."s, "\x80\2NNb."s, "\x80\2]Q."s, "\x80\2(0."s, "\x80\2X\xff\xff\xff\xff."s,
               "\x80\2ctorch\nFloatStorage\n)R."s, "\x80\2ctorch\nFloatTensor\n)RNb."s,
               "\x80\2ctorch._utils\n_rebuild_tensor\n)R."s, "\x80\2ccollections\nOrderedDict\n](Nee\x85R."s,
               "\x80\2ctorch.Size\n)R."s, "\x80\2I1\n."s, "\x80\2P\n."s, "\x80\2ctorch"s, "\x80\2)Q."s);
  CHECK_FALSE(refusal(bytes).empty());
}

TEST_CASE("a storage or tensor with impossible numbers is refused", "[weights][unit]") {
  const std::string head = "\x80\2ctorch._utils\n_rebuild_tensor\n("s;
  CHECK_THAT(refusal(head + kStorage + "J\xff\xff\xff\xff)(ttR."s), contains("shape"));
  CHECK_THAT(refusal(head + kStorage + "K\0J\xff\xff\xff\xff\x85K\1\x85tR."s), contains("negative"));
  CHECK_THAT(refusal(head + kStorage + "K\0K\1\x85)tR."s), contains("shape"));
  CHECK_THAT(refusal("\x80\2(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0kNJ\xff\xff\xff\xfftQ."s),
             contains("storage"));
  CHECK_THAT(refusal("\x80\2(X\6\0\0\0modulectorch\nFloatStorage\nX\1\0\0\0kNK\1tQ."s), contains("no storage"));
}

TEST_CASE("a pickle that grows without end is stopped", "[weights][unit]") {
  const auto many = [](const std::string& part, size_t count) {
    std::string all = "\x80\2"s;
    for (size_t i = 0; i < count; ++i) all += part;
    return all;
  };
  CHECK_THAT(refusal(many("N", 300'000)), contains("more values"));
  CHECK_THAT(refusal(many("(", 2'000'000)), contains("too deep"));
  CHECK_THAT(refusal(many("h\0"s, 2'000'000).insert(2, "Nq\0"s)), contains("too deep"));
  CHECK_THAT(refusal(many("X\0\1\0\0"s + std::string(256, 'x') + "0"s, 100'000)), contains("longer"));
}

TEST_CASE("a long list that is used again and again costs no more than its bytes", "[weights][unit]") {
  const auto repeated = [](const std::string& part, size_t count) {
    std::string all;
    for (size_t i = 0; i < count; ++i) all += part;
    return all;
  };
  const std::string long_tuple = "\x80\2(Nq\0"s + repeated("h\0"s, 500'000) + "tq\1"s;
  const std::string parameter = "ctorch.nn.parameter\nParameter\nq\2"s;
  CHECK_THAT(refusal(long_tuple + parameter + repeated("h\2h\1R0"s, 1'000'000) + "."), contains("longer than any"));
  CHECK_THAT(refusal(long_tuple + repeated("h\1Q0"s, 1'000'000) + "."), contains("longer than any"));
  CHECK_THAT(refusal(long_tuple + "ctorch\nFloatTensor\n)Rh\1b."s), contains("lacks its numbers"));
  CHECK_THAT(refusal("\x80\2X\1\0\0\0aq\0Nq\1}"s + repeated("h\0h\1s"s, 1'000'000) + "."), contains("hold more than"));
  const std::string key = "X\0\2\0\0"s + std::string(512, 'k');
  CHECK_THAT(refusal("\x80\2(X\7\0\0\0storagectorch\nFloatStorage\n"s + key + "NK\1tQ."s), contains("key is longer"));
}

TEST_CASE("lists nested a hundred thousand deep are read and freed without recursion", "[weights][unit]") {
  const std::string opened(100'000, ']');
  const std::string closed(99'999, 'a');
  CHECK(parse("\x80\2"s + opened + closed + ".").top().items.size() == 1);
}

TEST_CASE("a list that holds itself is read", "[weights][unit]") {
  const Pickle pickle = parse("\x80\2]q\0h\0a."s);
  CHECK(pickle.top().items == std::vector<uint32_t>{pickle.root});
}
