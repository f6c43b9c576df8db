#include "styler/weights/manifest.hpp"

#include "styler/base/error.hpp"
#include "support/catch.hpp"

using namespace styler;

TEST_CASE("the compiled-in manifest's default can be installed", "[weights][unit]") {
  const ManifestEntry& entry = weights_manifest().front();
  CHECK(entry.name == "vgg19");
  CHECK(entry.sha256.size() == 64);
  CHECK(entry.tensors_sha256.size() == 64);
  CHECK(entry.bytes == 80134624);
  CHECK(entry.convention == "caffe");
}

TEST_CASE("an original is known by its checksum, or by the digits in its name", "[weights][unit]") {
  const auto& manifest = weights_manifest();
  CHECK(find_original(manifest, manifest.front().sha256) == &manifest.front());
  const ManifestEntry* const torchvision = find_original(manifest, "dcbb9e9d" + std::string(56, '0'));
  REQUIRE(torchvision);
  CHECK(torchvision->convention == "torchvision");
  CHECK(find_original(manifest, std::string(64, '0')) == nullptr);
  CHECK(find_tensors(manifest, manifest.front().tensors_sha256) == &manifest.front());
  CHECK(find_tensors(manifest, std::string(64, '0')) == nullptr);
}

TEST_CASE("a manifest that lacks something is our bug", "[weights][unit]") {
  CHECK_THROWS_AS(parse_manifest("{}"), Bug);
  CHECK_THROWS_AS(parse_manifest("not json"), Bug);
  CHECK_THROWS_AS(parse_manifest(R"({"weights": []})"), Bug);
}
