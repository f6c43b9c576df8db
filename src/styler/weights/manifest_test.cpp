#include "styler/weights/manifest.hpp"

#include "styler/base/error.hpp"
#include "styler/weights/networks.hpp"
#include "support/catch.hpp"

using namespace styler;

TEST_CASE("the compiled-in manifest's default can be installed", "[weights][unit]") {
  const ManifestEntry& entry = weights_manifest().front();
  CHECK(entry.network == "vgg19");
  CHECK(entry.name == "vgg19");
  CHECK(entry.sha256.size() == 64);
  CHECK(entry.tensors_sha256.size() == 64);
  CHECK(entry.bytes == 80134624);
  CHECK(entry.convention == "caffe");
}

TEST_CASE("an original is known by its checksum, or by the digits in its name", "[weights][unit]") {
  const auto& manifest = weights_manifest();
  CHECK(find_original(manifest, "vgg19", manifest.front().sha256) == &manifest.front());
  const ManifestEntry* const torchvision = find_original(manifest, "vgg19", "dcbb9e9d" + std::string(56, '0'));
  REQUIRE(torchvision);
  CHECK(torchvision->convention == "torchvision");
  CHECK(find_original(manifest, "vgg19", std::string(64, '0')) == nullptr);
  CHECK(find_tensors(manifest, "vgg19", manifest.front().tensors_sha256) == &manifest.front());
  CHECK(find_tensors(manifest, "vgg19", std::string(64, '0')) == nullptr);
  CHECK(find_original(manifest, "another network", manifest.front().sha256) == nullptr);
  CHECK(find_tensors(manifest, "another network", manifest.front().tensors_sha256) == nullptr);
}

TEST_CASE("a manifest that lacks something is our bug", "[weights][unit]") {
  CHECK_THROWS_AS(parse_manifest("{}"), Bug);
  CHECK_THROWS_AS(parse_manifest("not json"), Bug);
  CHECK_THROWS_AS(parse_manifest(R"({"weights": []})"), Bug);
  std::string unknown_network = manifest_json();
  unknown_network.replace(unknown_network.find(R"("network": "vgg19")"), 18, R"("network": "vgg18")");
  CHECK_THROWS_AS(parse_manifest(unknown_network), Bug);
}

TEST_CASE("every network that can be named has an original and a form of that name", "[weights][unit]") {
  for (const auto& [name, word] : kNetworkNames.entries) {
    const ManifestEntry& entry = first_original(weights_manifest(), word);
    CHECK(std::filesystem::path(entry.file).extension() == ".safetensors");
    CHECK(network_files(name).form().name == word);
  }
}
