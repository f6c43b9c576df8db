#include "styler/core/network/network_file.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/base/file/atomic_file.hpp"

namespace styler {
namespace {

constexpr const char* kTensorsDigest = "tensors_sha256";

/// Numbers as text that reads back to the same bits, separated by spaces.
template <size_t Count>
std::string text_of(const std::array<double, Count>& numbers) {
  std::string text;
  for (const double number : numbers) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    if (!text.empty()) text += ' ';
    text.append(digits.data(), end);
  }
  return text;
}

template <size_t Count>
std::optional<std::array<double, Count>> numbers_of(std::string_view text) {
  std::array<double, Count> numbers{};
  const char* position = text.data();
  const char* const end = text.data() + text.size();
  for (double& number : numbers) {
    while (position != end && *position == ' ') ++position;
    const auto [after, problem] = std::from_chars(position, end, number);
    if (problem != std::errc() || !std::isfinite(number)) return std::nullopt;
    position = after;
  }
  return position == end ? std::optional(numbers) : std::nullopt;
}

/// The metadata of a file of ours.
class Metadata {
 public:
  Metadata(const std::map<std::string, std::string>& values, const std::filesystem::path& file)
      : values_(values), file_(file) {}

  const std::string& text(const std::string& key) const {
    const auto found = values_.find(key);
    if (found == values_.end()) unusable("lacks the entry '" + key + "'");
    return found->second;
  }

  std::string text_or_none(const std::string& key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? std::string() : found->second;
  }

  template <size_t Count>
  std::array<double, Count> numbers(const std::string& key) const {
    const auto values = numbers_of<Count>(text(key));
    if (!values)
      unusable("has " + quoted_name(text(key)) + " as '" + key + "', which is not " +
               (Count == 1 ? "a number" : std::to_string(Count) + " numbers"));
    return *values;
  }

  [[noreturn]] void unusable(const std::string& what) const {
    throw Error(ErrorCode::Weights, "the metadata of " + file_.string() + " are not what styler writes: it " + what +
                                        "; turn the file into ours with `styler weights import`");
  }

 private:
  const std::map<std::string, std::string>& values_;
  const std::filesystem::path& file_;
};

InputConvention convention_in(const Metadata& metadata) {
  InputConvention convention;
  const std::string& channels = metadata.text("channels");
  if (channels != "rgb" && channels != "bgr") metadata.unusable("has channels that are neither 'rgb' nor 'bgr'");
  convention.bgr = channels == "bgr";
  convention.scale = metadata.numbers<1>("scale")[0];
  convention.mean = metadata.numbers<3>("mean");
  convention.stddev = metadata.numbers<3>("stddev");
  if (convention.scale <= 0) metadata.unusable("has a scale that is not above 0");
  for (const double value : convention.stddev) {
    if (value <= 0) metadata.unusable("has a standard deviation that is not above 0");
  }
  return convention;
}

/// The place of each of the form's tensors in the file, all of them checked.
std::vector<size_t> places_of(const NetworkForm& form, const SafetensorsReader& reader,
                              const std::filesystem::path& file) {
  std::map<std::string_view, size_t> places;
  for (size_t i = 0; i < reader.tensors().size(); ++i) places.emplace(reader.tensors()[i].name, i);
  std::vector<size_t> result;
  for (const TensorEntry& wanted : form.tensors) {
    const auto other = [&](const std::string& what) -> Error {
      return {ErrorCode::Weights, file.string() + " is not " + form.title + ": tensor '" + wanted.name + "' " + what +
                                      "; get " + form.title + " with `" + form.install + "`"};
    };
    const auto found = places.find(wanted.name);
    if (found == places.end()) throw other("is missing");
    const TensorEntry& entry = reader.tensors()[found->second];
    if (entry.shape != wanted.shape) {
      throw other("has shape " + shape_text(entry.shape) + " instead of " + shape_text(wanted.shape));
    }
    if (entry.type != wanted.type) throw other(std::string("is not of type ") + safetensors_type(wanted.type));
    result.push_back(found->second);
    places.erase(found);
  }
  if (!places.empty()) {
    throw Error(ErrorCode::Weights, file.string() + " is not " + form.title + " alone: it also holds tensor " +
                                        quoted_name(places.begin()->first) +
                                        "; turn it into ours with `styler weights import`");
  }
  return result;
}

}  // namespace

InputConvention InputConvention::caffe() {
  // The mean colour of ImageNet's training pictures, as the authors published it with their networks.
  return {.bgr = true, .scale = 255.0, .mean = {123.68, 116.779, 103.939}, .stddev = {1.0, 1.0, 1.0}};
}

InputConvention InputConvention::torchvision() {
  return {.bgr = false, .scale = 1.0, .mean = {0.485, 0.456, 0.406}, .stddev = {0.229, 0.224, 0.225}};
}

NetworkWeights load_network(const NetworkForm& form, const std::filesystem::path& file) {
  const SafetensorsReader reader(file);
  const std::vector<size_t> places = places_of(form, reader, file);
  const Metadata metadata(reader.metadata(), file);
  NetworkWeights weights;
  weights.convention = convention_in(metadata);
  weights.origin = {metadata.text("source"), metadata.text("licence"), metadata.text("origin_sha256"),
                    metadata.text_or_none(kTensorsDigest)};
  for (size_t i = 0; i < places.size(); ++i) {
    weights.tensors.emplace_back(form.tensors[i].name, reader.read(places[i]));
  }
  return weights;
}

void save_network(const NetworkForm& form, const NetworkWeights& weights, const std::filesystem::path& file) {
  STYLER_ASSERT(weights.tensors.size() == form.tensors.size());
  for (size_t i = 0; i < form.tensors.size(); ++i) {
    const auto& [name, tensor] = weights.tensors[i];
    const TensorEntry& wanted = form.tensors[i];
    STYLER_ASSERT(name == wanted.name && tensor.scalar_type() == wanted.type);
    STYLER_ASSERT(tensor.sizes() == at::IntArrayRef(wanted.shape));
  }
  const InputConvention& convention = weights.convention;
  std::map<std::string, std::string> metadata{
      {"channels", convention.bgr ? "bgr" : "rgb"},
      {"licence", weights.origin.licence},
      {"mean", text_of(convention.mean)},
      {"network", form.name},
      {"origin_sha256", weights.origin.sha256},
      {"scale", text_of(std::array{convention.scale})},
      {"source", weights.origin.source},
      {"stddev", text_of(convention.stddev)},
  };
  if (!weights.origin.tensors_sha256.empty()) metadata[kTensorsDigest] = weights.origin.tensors_sha256;
  write_file_atomically(file, safetensors_bytes(weights.tensors, metadata));
}

}  // namespace styler
