#include "styler/weights/foreign/keras_file.hpp"

#include "support/catch.hpp"
#include "support/workbench.hpp"

using namespace styler;
using namespace support;

TEST_CASE("the datasets of an .h5 file are listed by path and read as float32", "[weights][unit]") {
  const ForeignTensors tensors = list_foreign_tensors(data_file("small.h5"));
  CHECK(tensors.at("block1_conv1/block1_conv1_W_1:0").read().equal(counted({3, 3, 3, 2})));
  CHECK(tensors.at("block1_conv1/block1_conv1_b_1:0").read().equal(counted({2}, 50)));
  CHECK(tensors.at("packed").read().equal(counted({4, 4})));
  CHECK_FALSE(tensors.contains("epoch"));
}

TEST_CASE("an .h5 file cannot make us open other files", "[weights][unit]") {
  const ForeignTensors tensors = list_foreign_tensors(data_file("small.h5"));
  CHECK_FALSE(tensors.contains("outside"));
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { tensors.at("raw").read(); }),
             contains("'raw' do not lie in the file"));
}

TEST_CASE("an .h5 file whose groups contain themselves is refused", "[weights][unit]") {
  CHECK_THAT(message_of(ErrorCode::Weights, [] { list_foreign_tensors(data_file("cyclic.h5")); }),
             contains("nest deeper"));
}

TEST_CASE("a truncated .h5 file is refused", "[weights][unit]") {
  const TempFolder folder;
  const std::string bytes = read_bytes(data_file("small.h5"));
  for (size_t length = 0; length < bytes.size(); length += 397) {
    write_bytes(folder / "x.h5", bytes.substr(0, length));
    message_of(ErrorCode::Weights, [&] { list_foreign_tensors(folder / "x.h5"); });
  }
}
