#include "styler/weights/import.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/core/storage/safetensors.hpp"
#include "styler/weights/foreign/foreign_file.hpp"
#include "styler/weights/manifest.hpp"

namespace styler {
namespace {

/// A file that save_network wrote says itself what it is; anything else throws or lacks the metadata.
bool is_ours(const NetworkFiles& network, const std::filesystem::path& file) {
  if (foreign_form(file) != ForeignForm::Safetensors) return false;
  // Where others call the tensors what we do, the metadata alone tell.
  if (*network.convention != '\0' && !SafetensorsReader(file).metadata().contains("network")) return false;
  const NetworkForm& form = network.form();
  const ForeignTensors tensors = list_foreign_tensors(file);
  return tensors.size() == form.tensors.size() && tensors.contains(form.tensors.front().name);
}

/// Which network a safetensors file of ours says that it is of.
std::optional<NetworkName> named_network(const std::filesystem::path& file) {
  const std::map<std::string, std::string> metadata = SafetensorsReader(file).metadata();
  const auto named = metadata.find("network");
  return named == metadata.end() ? std::nullopt : kNetworkNames.find(named->second);
}

}  // namespace

NetworkWeights read_foreign(const NetworkFiles& network, const std::vector<ManifestEntry>& manifest,
                            const std::filesystem::path& file, const std::string& convention) {
  const NetworkForm& form = network.form();
  if (convention != "auto") convention_named(convention);
  const std::string sha256 = file_sha256(file);
  if (convention == "auto" && is_ours(network, file)) {
    NetworkWeights weights = load_network(form, file);
    check_finite(weights.tensors, file);
    return weights;
  }
  FoundNetwork found = network.find(list_foreign_tensors(file), file);
  NetworkWeights weights{.tensors = std::move(found.tensors), .convention = {}, .origin = {}};

  const ManifestEntry* known = find_original(manifest, form.name, sha256);
  const bool is_vouched_for = known && !known->tensors_sha256.empty();
  const std::string numbers = is_vouched_for ? "" : tensors_sha256(weights.tensors);
  // The same numbers in another container, such as Johnson's file after a script renamed its classifier.
  if (!known) known = find_tensors(manifest, form.name, numbers);
  weights.origin = {known ? known->url : file.filename().string(), known ? known->licence : "unknown", sha256, numbers};

  const std::string fixed = network.convention;
  if (!fixed.empty() && convention != "auto") {
    throw Error(ErrorCode::InvalidArgument, "--convention is " + convention + ", but " + file.string() + " is " +
                                                form.title + ", which has its own; leave --convention out");
  }
  if (known && convention != "auto" && convention != known->convention) {
    throw Error(ErrorCode::InvalidArgument, "--convention is " + convention + ", but " + file.string() + " is " +
                                                known->name + ", which was trained on " + known->convention +
                                                "'s; leave --convention out");
  }
  const std::string chosen = !fixed.empty()         ? fixed
                             : convention != "auto" ? convention
                             : known                ? known->convention
                                                    : found.convention;
  if (chosen.empty()) {
    throw Error(ErrorCode::Weights, file.string() +
                                        " does not tell which numbers its network was trained on, because its checksum "
                                        "is unknown and files of both kinds look like this; give --convention caffe "
                                        "(BGR, 0 to 255) or --convention torchvision (RGB, mean and deviation)");
  }
  weights.convention = convention_named(chosen);
  return weights;
}

WeightsContents check_contents(const NetworkFiles& network, const std::vector<ManifestEntry>& manifest,
                               const NetworkWeights& weights, const std::filesystem::path& file) {
  const NetworkForm& form = network.form();
  const std::string get_it_again = "; get it again with `" + form.install + "`";
  const ManifestEntry* const claimed = find_original(manifest, form.name, weights.origin.sha256);
  if (claimed && weights.convention != known_convention(claimed->convention)) {
    throw Error(ErrorCode::Weights, file.string() + " claims to come from " + claimed->name + ", whose convention is " +
                                        claimed->convention + ", but states another" + get_it_again);
  }
  WeightsContents contents{tensors_sha256(weights.tensors), {}};
  // Of the .pth files only the leading digits of a checksum are known, so nothing can vouch for their tensors.
  if (claimed && !claimed->tensors_sha256.empty() && contents.tensors_sha256 != claimed->tensors_sha256) {
    throw Error(ErrorCode::Weights, file.string() + " is damaged: its numbers are not those of " + claimed->name +
                                        ", which it claims to hold" + get_it_again);
  }
  const std::string& imported = weights.origin.tensors_sha256;
  if (!imported.empty() && contents.tensors_sha256 != imported) {
    throw Error(ErrorCode::Weights, file.string() +
                                        " is damaged: its numbers are not those that were imported; get it again with "
                                        "`styler weights import`");
  }
  if (const ManifestEntry* const found = find_tensors(manifest, form.name, contents.tensors_sha256)) {
    contents.original = found->name;
  }
  return contents;
}

WeightsReport verify(const NetworkFiles& network, const std::vector<ManifestEntry>& manifest,
                     const std::filesystem::path& file) {
  const NetworkForm& form = network.form();
  const NetworkWeights weights = load_network(form, file);
  check_finite(weights.tensors, file);
  check_contents(network, manifest, weights, file);
  const ManifestEntry* const claimed = find_original(manifest, form.name, weights.origin.sha256);
  return {.file = file,
          .sha256 = file_sha256(file),
          .origin = weights.origin,
          .convention = weights.convention,
          .known = claimed && !claimed->tensors_sha256.empty()};
}

NetworkName network_in(const std::filesystem::path& file) {
  if (foreign_form(file) == ForeignForm::Safetensors) {
    if (const auto network = named_network(file)) return *network;
  }
  return network_among(list_foreign_tensors(file));
}

NetworkName network_told_by(const std::filesystem::path& file) {
  try {
    return named_network(file).value_or(NetworkName::Vgg19);
  } catch (const Error&) {
    return NetworkName::Vgg19;
  }
}

std::string network_text(NetworkName network) {
  const NetworkFiles& files = network_files(network);
  const std::string serves = files.serves;
  return serves.empty() ? serves : files.form().title + ": " + serves;
}

NetworkWeights read_foreign_weights(NetworkName network, const std::filesystem::path& file,
                                    const std::string& convention) {
  return read_foreign(network_files(network), weights_manifest(), file, convention);
}

InputConvention import_weights(NetworkName network, const std::filesystem::path& file,
                               const std::filesystem::path& output, const std::string& convention) {
  const NetworkWeights weights = read_foreign_weights(network, file, convention);
  save_network(network_files(network).form(), weights, output);
  return weights.convention;
}

WeightsContents check_contents(NetworkName network, const NetworkWeights& weights, const std::filesystem::path& file) {
  return check_contents(network_files(network), weights_manifest(), weights, file);
}

WeightsReport verify_weights(NetworkName network, const std::filesystem::path& file) {
  return verify(network_files(network), weights_manifest(), file);
}

}  // namespace styler
