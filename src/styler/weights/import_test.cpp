#include "styler/base/file/sha256.hpp"
#include "styler/core/storage/safetensors.hpp"
#include "styler/weights/weights_store.hpp"
#include "support/catch.hpp"
#include "support/workbench.hpp"

using namespace styler;
using namespace support;

TEST_CASE("a file whose convention cannot be told is refused until it is given", "[weights][unit]") {
  const TempFolder folder;
  const VggWeights weights = patterned_weights();
  const auto file = folder / "x.safetensors";
  write_bytes(file, safetensors_bytes(torchvision_tensors(weights), {}));
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { read_foreign_weights(NetworkName::Vgg19, file); }),
             contains("--convention torchvision"));
  CHECK_THAT(message_of(ErrorCode::InvalidArgument, [&] { read_foreign_weights(NetworkName::Vgg19, file, "cafe"); }),
             contains("--convention is 'cafe'"));

  const NetworkWeights read = read_foreign_weights(NetworkName::Vgg19, file, "torchvision");
  CHECK(same_numbers(vgg_from(read).convolutions, weights.convolutions));
  CHECK(read.convention == InputConvention::torchvision());
  CHECK(read.origin.source == "x.safetensors");
  CHECK(read.origin.licence == "unknown");
  CHECK(read.origin.sha256 == file_sha256(file));
}

TEST_CASE("a file of ours keeps its convention and origin when it is imported", "[weights][unit]") {
  const TempFolder folder;
  save_weights(patterned_weights(), folder / "x");
  const NetworkWeights read = read_foreign_weights(NetworkName::Vgg19, folder / "x");
  CHECK(read.convention == InputConvention::caffe());
  CHECK(read.origin.sha256 == std::string(64, 'a'));
}

TEST_CASE("verifying tells known weights from unknown ones, and false claims from both", "[weights][unit]") {
  const TempFolder folder;
  VggWeights weights = patterned_weights();
  save_weights(weights, folder / "x");
  const WeightsReport report = verify_weights(NetworkName::Vgg19, folder / "x");
  CHECK_FALSE(report.known);
  CHECK(report.sha256 == file_sha256(folder / "x"));

  weights.origin.sha256 = weights_manifest().front().sha256;
  save_weights(weights, folder / "x");
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { verify_weights(NetworkName::Vgg19, folder / "x"); }),
             contains("not those of vgg19"));

  weights.convention = InputConvention::torchvision();
  save_weights(weights, folder / "x");
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { verify_weights(NetworkName::Vgg19, folder / "x"); }),
             contains("convention is caffe"));
}

TEST_CASE("a file's SHA-256 is that of sha256sum", "[weights][unit]") {
  const TempFolder folder;
  write_bytes(folder / "x", "abc");
  CHECK(file_sha256(folder / "x") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  message_of(ErrorCode::Weights, [&] { file_sha256(folder / "none"); });
  message_of(ErrorCode::Weights, [&] { file_sha256(folder.path()); });
}
