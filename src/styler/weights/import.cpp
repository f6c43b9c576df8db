#include "styler/base/error.hpp"
#include "styler/base/sha256.hpp"
#include "styler/weights/foreign_file.hpp"
#include "styler/weights/manifest.hpp"
#include "styler/weights/vgg_layout.hpp"
#include "styler/weights/weights_store.hpp"

namespace styler {
namespace {

/// A file that save_weights wrote says itself what it is; anything else throws or lacks the metadata.
bool is_ours(const std::filesystem::path& file) {
  if (foreign_form(file) != ForeignForm::Safetensors) return false;
  const ForeignTensors tensors = list_foreign_tensors(file);
  return tensors.size() == size_t{2} * kVggConvolutions && tensors.contains(vgg_convolution_name(0) + ".weight");
}

}  // namespace

VggWeights read_foreign_weights(const std::filesystem::path& file, const std::string& convention) {
  if (convention != "auto") convention_named(convention);
  const std::string sha256 = file_sha256(file);
  if (convention == "auto" && is_ours(file)) {
    VggWeights weights = load_weights(file);
    check_finite(weights.convolutions, file);
    return weights;
  }
  FoundVgg found = find_vgg(list_foreign_tensors(file), file);
  VggWeights weights{.convolutions = std::move(found.convolutions), .convention = {}, .origin = {}};

  const ManifestEntry* known = find_original(weights_manifest(), sha256);
  // The same numbers in another container, such as Johnson's file after a script renamed its classifier.
  if (!known) known = find_tensors(weights_manifest(), tensors_sha256(weights));
  weights.origin = {known ? known->url : file.filename().string(), known ? known->licence : "unknown", sha256};

  if (known && convention != "auto" && convention != known->convention) {
    throw Error(ErrorCode::InvalidArgument, "--convention is " + convention + ", but " + file.string() + " is " +
                                                known->name + ", which was trained on " + known->convention +
                                                "'s; leave --convention out");
  }
  const std::string chosen = convention != "auto" ? convention : known ? known->convention : found.convention;
  if (chosen.empty()) {
    throw Error(ErrorCode::Weights, file.string() +
                                        " does not tell which numbers its network was trained on, because its checksum "
                                        "is unknown and files of both kinds look like this; give --convention caffe "
                                        "(BGR, 0 to 255) or --convention torchvision (RGB, mean and deviation)");
  }
  weights.convention = convention_named(chosen);
  return weights;
}

WeightsReport verify_weights(const std::filesystem::path& file) {
  const VggWeights weights = load_weights(file);
  check_finite(weights.convolutions, file);
  WeightsReport report{.file = file,
                       .sha256 = file_sha256(file),
                       .origin = weights.origin,
                       .convention = weights.convention,
                       .known = false};
  const ManifestEntry* const entry = find_original(weights_manifest(), weights.origin.sha256);
  if (!entry) return report;
  if (weights.convention != convention_named(entry->convention)) {
    throw Error(ErrorCode::Weights, file.string() + " claims to come from " + entry->name + ", whose convention is " +
                                        entry->convention +
                                        ", but states another; get it again with `styler weights install`");
  }
  // Of the .pth files only the leading digits of a checksum are known, so nothing can vouch for their tensors.
  if (entry->tensors_sha256.empty()) return report;
  if (tensors_sha256(weights) != entry->tensors_sha256) {
    throw Error(ErrorCode::Weights, file.string() + " is damaged: its numbers are not those of " + entry->name +
                                        ", which it claims to hold; get it again with `styler weights install`");
  }
  report.known = true;
  return report;
}

}  // namespace styler
