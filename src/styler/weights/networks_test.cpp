#include "styler/weights/networks.hpp"

#include <ATen/TensorOperators.h>

#include "styler/base/file/sha256.hpp"
#include "styler/core/storage/safetensors.hpp"
#include "styler/weights/import.hpp"
#include "styler/weights/install.hpp"
#include "support/catch.hpp"
#include "support/workbench.hpp"

// What it takes to have a second network: a form, a layout, an entry, an original.

using namespace styler;
using namespace support;

namespace {

const NetworkForm& tiny_form() {
  static const NetworkForm form{"tiny",
                                "Tiny",
                                "styler weights install tiny",
                                {{"first.weight", at::kFloat, {2, 3}}, {"first.bias", at::kFloat, {2}}}};
  return form;
}

/// Others call the layer `fc` and turn its weight.
FoundNetwork find_tiny(const ForeignTensors& tensors, const std::filesystem::path& file) {
  FoundNetwork found;
  const at::Tensor weight = read_float_tensor(tensors, "fc.weight", {3, 2}, tiny_form(), file);
  found.tensors = {{"first.weight", weight.t().contiguous()},
                   {"first.bias", read_float_tensor(tensors, "fc.bias", {2}, tiny_form(), file)}};
  check_finite(found.tensors, file);
  return found;
}

const NetworkFiles kTiny{NetworkName::Vgg19, tiny_form, find_tiny, "--tiny-weights", "STYLER_TINY_WEIGHTS", "get tiny"};

/// Writes an original, and describes it.
ManifestEntry original_at(const std::filesystem::path& file) {
  write_bytes(file, safetensors_bytes({{"fc.weight", counted({3, 2})}, {"fc.bias", counted({2}, 7)}}, {}));
  ManifestEntry entry;
  entry.network = "tiny";
  entry.name = "tiny-original";
  entry.file = "tiny.safetensors";
  entry.licence = "none";
  entry.sha256 = file_sha256(file);
  entry.bytes = static_cast<int64_t>(std::filesystem::file_size(file));
  entry.convention = "torchvision";
  entry.tensors_sha256 = tensors_sha256({{"", counted({3, 2}).t()}, {"", counted({2}, 7)}});
  return entry;
}

}  // namespace

TEST_CASE("a network other than VGG19 is installed, read back and verified", "[weights][unit]") {
  const TempFolder folder;
  const ManifestEntry entry = original_at(folder / "original");
  const auto file = install_entry(kTiny, entry, {(folder / "original").string(), folder / "data"}, {});
  CHECK(file == folder / "data" / "tiny.safetensors");
  CHECK(read_safetensors(file).metadata.at("network") == "tiny");
  const NetworkWeights weights = load_network(tiny_form(), file);
  CHECK(weights.tensors[0].second.equal(counted({3, 2}).t()));
  CHECK(weights.convention == InputConvention::torchvision());
  CHECK(verify(kTiny, {entry}, file).known);
  CHECK_FALSE(verify(kTiny, {}, file).known);
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { load_weights(file); }), contains("is not VGG19"));
}

TEST_CASE("a network other than VGG19 is imported by its own originals", "[weights][unit]") {
  const TempFolder folder;
  const ManifestEntry entry = original_at(folder / "original");
  const NetworkWeights weights = read_foreign(kTiny, {entry}, folder / "original", "auto");
  CHECK(weights.convention == InputConvention::torchvision());
  CHECK(weights.origin.licence == "none");
  ManifestEntry of_another = entry;
  of_another.network = "vgg19";
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { read_foreign(kTiny, {of_another}, folder / "original", "auto"); }),
             contains("does not tell which numbers"));
}

TEST_CASE("errors about a network name it and the command that gets it", "[weights][unit]") {
  const TempFolder folder;
  const ManifestEntry entry = original_at(folder / "original");
  write_bytes(folder / "other", safetensors_bytes({{"fc.weight", counted({3, 2})}}, {}));
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { read_foreign(kTiny, {}, folder / "other", "auto"); }),
             contains("is not Tiny: tensor 'fc.bias' is missing; give a file of Tiny, or run `styler weights install "
                      "tiny`"));
  CHECK_THAT(message_of(ErrorCode::Weights,
                        [&] { install_entry(kTiny, entry, {(folder / "other").string(), folder.path()}, {}); }),
             contains("try get tiny, which") && contains("`styler weights install tiny --from FILE`"));
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { load_network(tiny_form(), folder / "other"); }),
             contains("is not Tiny: tensor 'first.weight' is missing; get Tiny with `styler weights install tiny`"));
  NetworkWeights weights = read_foreign(kTiny, {entry}, folder / "original", "auto");
  weights.tensors[1].second = weights.tensors[1].second / 0;
  save_network(tiny_form(), weights, folder / "broken");
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { verify(kTiny, {entry}, folder / "broken"); }),
             contains("first holds numbers that are not finite"));
}

TEST_CASE("numbers that are not what a file says of itself are refused, whoever vouches for them", "[weights][unit]") {
  const TempFolder folder;
  const ManifestEntry entry = original_at(folder / "original");
  const auto refusal = [&](const NetworkWeights& weights) {
    return message_of(ErrorCode::Weights, [&] { check_contents(kTiny, {entry}, weights, "x"); });
  };
  NetworkWeights listed = read_foreign(kTiny, {entry}, folder / "original", "auto");
  CHECK(listed.origin.tensors_sha256.empty());  // the manifest has it
  CHECK(check_contents(kTiny, {entry}, listed, "x").original == "tiny-original");
  listed.tensors[1].second = counted({2}, 8);
  CHECK_THAT(refusal(listed), contains("damaged: its numbers are not those of tiny-original"));

  NetworkWeights unlisted = read_foreign(kTiny, {}, folder / "original", "caffe");
  save_network(tiny_form(), unlisted, folder / "unlisted");
  unlisted = load_network(tiny_form(), folder / "unlisted");
  CHECK(check_contents(kTiny, {}, unlisted, "x").original.empty());
  CHECK(check_contents(kTiny, {}, unlisted, "x").tensors_sha256 == entry.tensors_sha256);
  unlisted.tensors[1].second = counted({2}, 8);
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { check_contents(kTiny, {}, unlisted, "x"); }),
             contains("damaged: its numbers are not those that were imported"));
  unlisted.origin.tensors_sha256.clear();  // as earlier versions imported it
  CHECK_NOTHROW(check_contents(kTiny, {}, unlisted, "x"));
}

TEST_CASE("each network is told from all others by the tensors of its files", "[weights][unit]") {
  for (const auto& [name, word] : kNetworkNames.entries) {
    ForeignTensors tensors;
    for (const TensorEntry& entry : network_files(name).form().tensors) tensors[entry.name].shape = entry.shape;
    // Classifiers that our files leave out.
    if (name == NetworkName::InceptionTorchvision) tensors["fc.weight"].shape = {1000, 2048};
    if (name == NetworkName::InceptionArt) tensors["fc1.weight"].shape = {1000, 2048};
    CAPTURE(word);
    CHECK(network_among(tensors) == name);
    CHECK(network_text(name).empty() == (name == NetworkName::Vgg19));
  }
  CHECK(network_among({}) == NetworkName::Vgg19);
}

TEST_CASE("a file of ours says itself which network it is, and what it was trained on is never another's",
          "[weights][unit]") {
  const TempFolder folder;
  NamedTensors tensors;
  for (const TensorEntry& entry : network_files(NetworkName::LpipsAlex).form().tensors) {
    tensors.emplace_back(entry.name, counted(entry.shape, 1));
  }
  write_bytes(folder / "alex.pth", safetensors_bytes(tensors, {}));
  CHECK(network_in(folder / "alex.pth") == NetworkName::LpipsAlex);
  import_weights(NetworkName::LpipsAlex, folder / "alex.pth", folder / "lpips-alex.safetensors");
  CHECK(network_in(folder / "lpips-alex.safetensors") == NetworkName::LpipsAlex);
  CHECK_THAT(message_of(ErrorCode::InvalidArgument,
                        [&] { import_weights(NetworkName::LpipsAlex, folder / "alex.pth", folder / "x", "caffe"); }),
             contains("which has its own; leave --convention out"));
  tensors[0].second = counted({1, 64, 1, 1}, 1) / 0;
  write_bytes(folder / "broken.pth", safetensors_bytes(tensors, {}));
  CHECK_THAT(message_of(ErrorCode::Weights,
                        [&] { import_weights(NetworkName::LpipsAlex, folder / "broken.pth", folder / "x"); }),
             contains("numbers that are not finite"));
}
