#include "styler/weights/manifest.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "styler/base/error.hpp"

namespace styler {
namespace {

constexpr size_t kSha256Digits = 64;
/// As many digits of the checksum as PyTorch puts into the names of its files.
constexpr size_t kPrefixDigits = 8;

bool is_checksum(const std::string& text) {
  return text.size() >= kPrefixDigits && text.size() <= kSha256Digits &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

bool can_be_installed(const ManifestEntry& entry) { return entry.sha256.size() == kSha256Digits && entry.bytes > 0; }

std::vector<ManifestEntry> parse_manifest(const std::string& json) {
  std::vector<ManifestEntry> manifest;
  try {
    const auto document = nlohmann::json::parse(json);
    for (const auto& item : document.at("weights")) {
      ManifestEntry entry;
      item.at("network").get_to(entry.network);
      item.at("name").get_to(entry.name);
      item.at("file").get_to(entry.file);
      item.at("url").get_to(entry.url);
      item.at("licence").get_to(entry.licence);
      entry.sha256 = item.value("sha256", "");
      item.at("convention").get_to(entry.convention);
      entry.bytes = item.value("bytes", int64_t{0});
      entry.tensors_sha256 = item.value("tensors_sha256", "");
      STYLER_ASSERT(kNetworkNames.find(entry.network));
      STYLER_ASSERT(entry.sha256.empty() || is_checksum(entry.sha256));
      STYLER_ASSERT(known_convention(entry.convention));
      manifest.push_back(std::move(entry));
    }
  } catch (const nlohmann::json::exception& problem) {
    throw Bug(std::string("models/manifest.json cannot be used: ") + problem.what());
  }
  // The default is installed, which takes all that there is to know of it.
  STYLER_ASSERT(!manifest.empty() && can_be_installed(manifest.front()));
  return manifest;
}

const std::vector<ManifestEntry>& weights_manifest() {
  static const std::vector<ManifestEntry> manifest = parse_manifest(manifest_json());
  return manifest;
}

const ManifestEntry& first_original(const std::vector<ManifestEntry>& manifest, std::string_view network) {
  const auto found = std::ranges::find(manifest, network, &ManifestEntry::network);
  STYLER_ASSERT(found != manifest.end());
  return *found;
}

const ManifestEntry* find_original(const std::vector<ManifestEntry>& manifest, std::string_view network,
                                   const std::string& sha256) {
  const auto found = std::ranges::find_if(manifest, [&](const ManifestEntry& entry) {
    return entry.network == network && !entry.sha256.empty() && sha256.starts_with(entry.sha256);
  });
  return found == manifest.end() ? nullptr : &*found;
}

const ManifestEntry* find_tensors(const std::vector<ManifestEntry>& manifest, std::string_view network,
                                  const std::string& tensors_sha256) {
  const auto found = std::ranges::find_if(manifest, [&](const ManifestEntry& entry) {
    return entry.network == network && !tensors_sha256.empty() && entry.tensors_sha256 == tensors_sha256;
  });
  return found == manifest.end() ? nullptr : &*found;
}

std::optional<InputConvention> known_convention(const std::string& name) {
  if (name == "caffe") return InputConvention::caffe();
  if (name == "torchvision") return InputConvention::torchvision();
  if (name == "inception") return InputConvention{.mean = {0.5, 0.5, 0.5}, .stddev = {0.5, 0.5, 0.5}};
  if (name == "unit") return InputConvention{};
  return std::nullopt;
}

InputConvention convention_named(const std::string& name) {
  if (const auto convention = known_convention(name)) return *convention;
  throw Error(ErrorCode::InvalidArgument,
              "--convention is '" + name + "', but it must be one of auto, caffe and torchvision");
}

}  // namespace styler
